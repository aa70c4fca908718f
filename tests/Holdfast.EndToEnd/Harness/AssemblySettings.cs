// Each test runs processes of its own, which need the processors: one after another they are quicker and steadier.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
