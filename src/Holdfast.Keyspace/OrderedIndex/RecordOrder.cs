namespace Holdfast.Keyspace;

/// <summary>What an <see cref="OrderedTree{TOrder}"/> orders records by: bytes that lie in the record and don't change.</summary>
internal interface IRecordOrder
{
    /// <summary>The bytes of a record; no two records of a tree have the same.</summary>
    static abstract ReadOnlySpan<byte> KeyOf(Record record);
}

/// <summary>By key.</summary>
internal readonly struct ByKey : IRecordOrder
{
    public static ReadOnlySpan<byte> KeyOf(Record record) => record.Key;
}

/// <summary>By deadline, then key, so that replicas agree on the order whatever their histories.</summary>
internal readonly struct ByDeadline : IRecordOrder
{
    public static ReadOnlySpan<byte> KeyOf(Record record) => record.DeadlineAndKey;
}
