using System.Buffers;
using System.Runtime.CompilerServices;
using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <content>Exactly once: commands that are known again when they come again.</content>
public sealed partial class Keyspace
{
    // What the results of a large batch needed is not kept for the next.
    private const int KeptBatchResultsBytes = 1 << 20;

    private SessionTable _sessions;
    private ArrayBufferWriter<byte> _keptBatchResults = new();

    /// <summary>The number of sessions, those included whose life ended and that were not removed yet.</summary>
    public long SessionCount => _sessions.SessionCount;

    /// <summary>
    /// The logical bytes of sessions, kept results and idempotency tokens, which are limited to 64 MiB; the same on all replicas.
    /// </summary>
    public long SessionBytes => _sessions.Bytes;

    /// <summary>The table, for tests.</summary>
    internal SessionTable Sessions => _sessions;

    // Apart, so that commands without an origin don't pay for it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ApplyOnce(in Command command, ref ApplyResult result, IBufferWriter<byte>? batchResults)
    {
        Invariant.Require(
            command.StampMs != 0 && command.Kind != CommandKind.Advance, "a command that has an origin is stamped, and no advance");
        if (command.Origin.Kind == CommandOriginKind.Session)
        {
            ApplyInSession(command, ref result, batchResults);
        }
        else
        {
            ApplyUnderToken(command, ref result, batchResults);
        }
    }

    private void ApplyInSession(in Command command, ref ApplyResult result, IBufferWriter<byte>? batchResults)
    {
        SessionCall call = _sessions.Find(command.Origin, TimeMs);
        bool isTouch = command.Kind == CommandKind.Touch;
        if (!call.IsLive && call.Sequence > 1)
        {
            result.Status = ApplyStatus.SessionUnknown;
        }
        else if (call.Sequence < call.LowestKept)
        {
            result.Status = ApplyStatus.SequenceClosed;
        }
        else if (call.IsKept)
        {
            Repeat(call.Kept, ref result, batchResults);
        }
        else
        {
            result.Status = _sessions.Admit(call, !isTouch, PayloadBoundOf(command));
            if (result.Status == ApplyStatus.Applied && TryExecute(command, ref result, batchResults))
            {
                if (isTouch)
                {
                    _sessions.Touch(call, TimeMs);
                }
                else
                {
                    _sessions.Keep(call, TimeMs, result, _keptBatchResults.WrittenSpan);
                }
            }
        }
    }

    private void ApplyUnderToken(in Command command, ref ApplyResult result, IBufferWriter<byte>? batchResults)
    {
        Span<byte> key = stackalloc byte[SessionKey.MaxTokenSize];
        key = key[..SessionKey.WriteToken(key, command.Origin.Token)];
        TokenCall call = _sessions.Find(key, TimeMs);
        if (call.IsKept && call.Fingerprint != command.Origin.Fingerprint)
        {
            result.Status = ApplyStatus.TokenMismatch;
        }
        else if (call.IsKept)
        {
            Repeat(call.Stored.Value[SessionTable.FingerprintSize..], ref result, batchResults);
        }
        else if (!_sessions.HasRoom(PayloadBoundOf(command)))
        {
            result.Status = ApplyStatus.SessionsFull;
        }
        else if (TryExecute(command, ref result, batchResults))
        {
            _sessions.Keep(call, command.Origin.Fingerprint, TimeMs, result, _keptBatchResults.WrittenSpan);
        }
    }

    // Carries a command out; what a batch gave is then in the buffer, also where nobody asks for it. False when the results of a
    // batch were too many to be kept, and nothing was done.
    private bool TryExecute(in Command command, ref ApplyResult result, IBufferWriter<byte>? batchResults)
    {
        if (_keptBatchResults.Capacity > KeptBatchResultsBytes)
        {
            _keptBatchResults = new ArrayBufferWriter<byte>();
        }

        _keptBatchResults.ResetWrittenCount();
        Execute(command, ref result, _keptBatchResults);
        if (result.Status == ApplyStatus.SessionsFull)
        {
            return false;
        }

        batchResults?.Write(_keptBatchResults.WrittenSpan);
        return true;
    }

    private static void Repeat(ReadOnlySpan<byte> kept, ref ApplyResult result, IBufferWriter<byte>? batchResults)
    {
        bool read = KeptResult.TryRead(kept, ref result, out ReadOnlySpan<byte> keptBatchResults);
        Invariant.Require(read, "a kept result can be read");
        result.Repeated = true;
        batchResults?.Write(keptBatchResults);
    }

    // The most bytes of keys and values that the result holds; a batch's are measured once it ran.
    private long PayloadBoundOf(in Command command) => command.Kind switch
    {
        CommandKind.Clear => KeyspaceOptions.MaxKeyBytesLimit,
        CommandKind.Put or CommandKind.Delete or CommandKind.Expire => ValueBytesOf(command),
        _ => 0,
    };
}
