using Holdfast.Api;

namespace Holdfast.Simulation;

/// <summary>A change as a watch told it. Keys and values are bytes, one to a character.</summary>
/// <param name="Revision">The partition's revision.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Key">The key.</param>
/// <param name="Value">The value after a put.</param>
/// <param name="HasDeadline">Whether the key is to expire.</param>
public sealed record WatchedChange(ulong Revision, ChangeKind Kind, string Key, string Value, bool HasDeadline);
