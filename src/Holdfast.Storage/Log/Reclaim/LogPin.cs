using Holdfast.Primitives;

namespace Holdfast.Storage;

/// <summary>
/// A group that keeps one of the oldest segments: with its hard state (append it again), with entries (snapshot, then
/// <see cref="WriteAheadLog.ReleaseEntries"/>; or append all of its entries from the first needed one on again), or both.
/// <paramref name="LastEntry"/> is the last one that stands in those.
/// </summary>
public readonly record struct LogPin(GroupId Group, bool ByState, bool ByEntries, LogIndex LastEntry);
