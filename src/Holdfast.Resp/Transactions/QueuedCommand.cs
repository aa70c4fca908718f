using Holdfast.Api;
using Holdfast.Resp.Pending;

namespace Holdfast.Resp.Transactions;

/// <summary>How the reply of a queued command is made.</summary>
internal enum ReplyForm : byte
{
    /// <summary>It was known when the command was queued, and is kept as bytes.</summary>
    Known,

    /// <summary>In the command's shape: of its last operation, or of the first one that failed.</summary>
    Shaped,

    /// <summary>How many of its keys were there.</summary>
    Count,

    /// <summary>The values of its keys.</summary>
    Values,
}

/// <summary>A queued command, as far as its reply needs it.</summary>
/// <param name="Form">How its reply is made.</param>
/// <param name="Operation">Its operation, of which it may have several.</param>
/// <param name="Shape">The shape of a shaped reply.</param>
/// <param name="Length">How many operations it has, or the bytes of a known reply.</param>
internal readonly record struct QueuedCommand(ReplyForm Form, Operation Operation, ReplyShape Shape, int Length);
