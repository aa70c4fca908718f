using Holdfast.Primitives;

namespace Holdfast.Client;

/// <summary>A key's value as it was read.</summary>
/// <param name="Value">The value.</param>
/// <param name="Revision">The key's revision.</param>
/// <param name="TimeToLive">How long until it expires; null when it does not.</param>
public sealed record StoredValue(byte[] Value, Revision Revision, TimeSpan? TimeToLive);

/// <summary>A pair of a listing.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">The value; empty in a listing of keys only.</param>
/// <param name="Revision">The key's revision.</param>
/// <param name="TimeToLive">How long until it expires; null when it does not.</param>
public sealed record ListItem(byte[] Key, byte[] Value, Revision Revision, TimeSpan? TimeToLive);

/// <summary>What a put did.</summary>
/// <param name="Revision">The key's revision from now on.</param>
/// <param name="Created">Whether the key was absent before.</param>
public sealed record PutResult(Revision Revision, bool Created);

/// <summary>What an append did.</summary>
/// <param name="Revision">The key's revision from now on.</param>
/// <param name="Length">The value's length in bytes from now on.</param>
/// <param name="Created">Whether the key was absent before.</param>
public sealed record AppendResult(Revision Revision, long Length, bool Created);

/// <summary>What a delete did.</summary>
/// <param name="Deleted">Whether the key was there.</param>
/// <param name="Revision">The revision of the deletion; <see cref="Revision.None"/> when the key was absent.</param>
public sealed record DeleteResult(bool Deleted, Revision Revision);

/// <summary>What an increment did.</summary>
/// <param name="Revision">The key's revision from now on.</param>
/// <param name="Value">The sum.</param>
public sealed record IncrementResult(Revision Revision, long Value);
