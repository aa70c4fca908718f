namespace Holdfast.Bench.Compare;

/// <summary>How much work a comparison does.</summary>
/// <param name="Name">How the report calls it.</param>
/// <param name="Keys">Keys that are loaded before, and that the load picks from.</param>
/// <param name="Run">About how long a measured run lasts; zero when the first guess at its requests is good enough.</param>
/// <param name="WarmUp">How long Holdfast gets mixed load first: its code is compiled again with what was seen while running.</param>
/// <param name="PastWrites">
/// So many writes Holdfast and redis-server have behind them when they are measured: what Holdfast keeps of its past for watches is full with
/// them, and takes memory that it has instead of new memory. etcd, with a tenth of their rate, has none but its keys.
/// </param>
/// <param name="DiskRounds">Appends of each loop of the disk probe.</param>
internal sealed record Scale(string Name, int Keys, TimeSpan Run, TimeSpan WarmUp, int PastWrites, int DiskRounds)
{
    /// <summary>Bytes of a value, in every row.</summary>
    public const int ValueBytes = 256;

    public static readonly Scale Full = new("full", 100_000, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(10), 4_000_000, 2000);

    public static readonly Scale Quick = new("quick", 1000, TimeSpan.Zero, TimeSpan.Zero, 0, 20);

    public bool IsQuick => Run == TimeSpan.Zero;
}
