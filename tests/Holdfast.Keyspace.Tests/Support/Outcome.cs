using System.Buffers;

namespace Holdfast.Keyspace.Tests.Support;

/// <summary>All that a result says, copied, with the results of a batch.</summary>
internal sealed record Outcome(
    ApplyStatus Status,
    ulong Revision,
    bool Changed,
    bool Found,
    bool Created,
    int Length,
    long Number,
    ulong Deadline,
    long Deleted,
    bool More,
    ulong Bound,
    string NextKey,
    int FailedAt,
    string OldValue,
    string BatchResults)
{
    public static Outcome Of(in ApplyResult result, ReadOnlySpan<byte> batchResults) => new(
        result.Status, result.Revision.Value, result.Changed, result.Found, result.Created, result.Length, result.Number, result.DeadlineMs,
        result.Deleted, result.More, result.Bound.Value, Convert.ToHexString(result.NextKey), result.FailedAt,
        Convert.ToHexString(result.OldValue), Convert.ToHexString(batchResults));

    /// <summary>The bytes that it takes to keep it.</summary>
    public int KeptSize
    {
        get
        {
            ApplyResult result = new()
            {
                Status = Status,
                Revision = new Holdfast.Primitives.Revision(Revision),
                Changed = Changed,
                Found = Found,
                Created = Created,
                Length = Length,
                Number = Number,
                DeadlineMs = Deadline,
                Deleted = Deleted,
                More = More,
                Bound = new Holdfast.Primitives.Revision(Bound),
                NextKey = Convert.FromHexString(NextKey),
                FailedAt = FailedAt,
                OldValue = Convert.FromHexString(OldValue),
            };
            Span<byte> head = stackalloc byte[KeptResult.MaxHeadSize];
            int payload = (NextKey.Length + OldValue.Length + BatchResults.Length) / 2;
            return KeptResult.WriteHead(result, BatchResults.Length / 2, head) + payload;
        }
    }

    /// <summary>What a command that is refused for its origin gives.</summary>
    public static Outcome Refused(ApplyStatus status) => new(status, 0, false, false, false, 0, 0, 0, 0, false, 0, "", 0, "", "");

    /// <summary>Applies a command in stored form; gives what it gave, and whether that was a repeat.</summary>
    public static (Outcome Outcome, bool Repeated) Apply(Keyspace keyspace, ReadOnlySpan<byte> command)
    {
        var batchResults = new ArrayBufferWriter<byte>();
        ApplyResult result = default;
        keyspace.Apply(command, ref result, batchResults);
        return (Of(result, batchResults.WrittenSpan), result.Repeated);
    }

    public static (Outcome Outcome, bool Repeated) Apply(Keyspace keyspace, in Command command) => Apply(keyspace, Encode(command));

    public static byte[] Encode(in Command command)
    {
        byte[] bytes = new byte[CommandCodec.SizeOf(command)];
        CommandCodec.Encode(command, bytes);
        return bytes;
    }
}
