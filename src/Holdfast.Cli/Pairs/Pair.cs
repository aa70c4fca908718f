namespace Holdfast.Cli.Pairs;

/// <summary>A pair of a JSON Lines file.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">The value.</param>
/// <param name="TimeToLive">How long it lives from when it is put; null for ever.</param>
/// <param name="Line">The line that it stands on, from 1.</param>
internal readonly record struct Pair(byte[] Key, byte[] Value, TimeSpan? TimeToLive, long Line);
