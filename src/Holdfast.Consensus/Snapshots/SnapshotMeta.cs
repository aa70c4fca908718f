namespace Holdfast.Consensus;

/// <summary>
/// What a snapshot stands for: the state after the entry <paramref name="Id"/>, and the configuration at that point. At the
/// birth of a group it is index 0 and the first configuration.
/// </summary>
public sealed record SnapshotMeta(EntryId Id, Configuration Configuration)
{
    /// <summary>One line: <c>3/17 voters=(1 2 3)</c>.</summary>
    public override string ToString() => $"{Id} {Configuration}";
}
