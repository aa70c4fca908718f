// One test lowers the process's limit on descriptors for a moment, which no other test should feel.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
