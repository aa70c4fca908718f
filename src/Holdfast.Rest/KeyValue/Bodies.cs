namespace Holdfast.Rest.KeyValue;

/// <summary>The answer to a put.</summary>
internal readonly record struct PutBody(ulong Revision, bool Created);

/// <summary>The answer to an append.</summary>
internal readonly record struct AppendBody(ulong Revision, long Length, bool Created);

/// <summary>The answer to an increment.</summary>
internal readonly record struct IncrementBody(ulong Revision, long Value);

/// <summary>The answer to a delete: how many keys, and the revision of the removal.</summary>
internal readonly record struct DeleteBody(int Deleted, ulong? Revision);

/// <summary>The answer to a clear.</summary>
internal readonly record struct ClearBody(long Deleted);
