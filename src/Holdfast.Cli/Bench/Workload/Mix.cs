namespace Holdfast.Cli.Bench.Workload;

/// <summary>How keys are chosen.</summary>
internal enum Distribution
{
    /// <summary>Every key as often.</summary>
    Uniform,

    /// <summary>Few keys often, most seldom; the popular ones are spread over the key space.</summary>
    Zipfian,

    /// <summary>The newer a key, the more often.</summary>
    Latest,
}

/// <summary>Which operations a workload is made of: A to F are those of YCSB (Cooper et al. 2010, table 2).</summary>
/// <param name="Name">The workload's name.</param>
/// <param name="Main">The more frequent kind.</param>
/// <param name="MainPercent">Its share.</param>
/// <param name="Other">The kind of the rest.</param>
/// <param name="Distribution">How keys are chosen unless told otherwise.</param>
internal sealed record Mix(string Name, OperationKind Main, int MainPercent, OperationKind Other, Distribution Distribution)
{
    private static readonly Mix[] All =
    [
        new("a", OperationKind.Read, 50, OperationKind.Update, Distribution.Zipfian),
        new("b", OperationKind.Read, 95, OperationKind.Update, Distribution.Zipfian),
        new("c", OperationKind.Read, 100, OperationKind.Read, Distribution.Zipfian),
        new("d", OperationKind.Read, 95, OperationKind.Insert, Distribution.Latest),
        new("e", OperationKind.Scan, 95, OperationKind.Insert, Distribution.Zipfian),
        new("f", OperationKind.Read, 50, OperationKind.ReadModifyWrite, Distribution.Zipfian),
        new("set", OperationKind.Update, 100, OperationKind.Update, Distribution.Uniform),
        new("get", OperationKind.Read, 100, OperationKind.Read, Distribution.Uniform),
        new("incr", OperationKind.Increment, 100, OperationKind.Increment, Distribution.Uniform),
    ];

    /// <summary>Whether the keys must be there before it starts.</summary>
    public bool ReadsKeys => Main is OperationKind.Read or OperationKind.Scan;

    /// <summary>Whether it lists pairs in the order of keys.</summary>
    public bool Scans => Main == OperationKind.Scan;

    /// <summary>The workload of a name.</summary>
    public static bool TryParse(string text, out Mix value)
    {
        value = All.FirstOrDefault(mix => mix.Name.Equals(text, StringComparison.OrdinalIgnoreCase))!;
        return value is not null;
    }

    /// <summary>The shares, for a person.</summary>
    public override string ToString() => MainPercent == 100
        ? $"{Name} ({Main.Name()})" : $"{Name} ({MainPercent}% {Main.Name()}, {100 - MainPercent}% {Other.Name()})";
}
