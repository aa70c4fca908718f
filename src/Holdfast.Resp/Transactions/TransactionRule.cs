namespace Holdfast.Resp.Transactions;

/// <summary>What becomes of a command between MULTI and EXEC.</summary>
internal enum TransactionRule : byte
{
    /// <summary>It is queued.</summary>
    Queued,

    /// <summary>It is carried out at once.</summary>
    AtOnce,

    /// <summary>It is refused, and the transaction with it: a batch on one partition can't express it.</summary>
    Refused,
}
