namespace Holdfast.Cli.Pairs;

/// <summary>A pair of a JSON Lines file, and the line that it stands on, from 1.</summary>
internal readonly record struct Pair(byte[] Key, byte[] Value, long Line);
