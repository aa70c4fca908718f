using System.Buffers;
using Holdfast.Consensus;
using Holdfast.Keyspace;
using Holdfast.Primitives;
using Holdfast.Runtime.Groups;

namespace Holdfast.Runtime;

/// <summary>What the passing of time does to keys.</summary>
public sealed partial class Engine
{
    /// <summary>How many keys one entry removes at most, so that no entry holds up the others (DESIGN: Time).</summary>
    private const uint ExpiredAtOnce = 1_000;

    private readonly ArrayBufferWriter<byte> _advance = new(32);
    private bool _expiresSoon;

    /// <summary>Tells what the node's wall clock says, in ms since the Unix epoch. Called about as often as <see cref="SetTime"/>.</summary>
    public void SetWallClock(long unixMs) => _wallClock.Advance(_nowMicros, unixMs);

    /// <summary>
    /// Where this node leads and the next deadline has passed, an entry says so: at most one at a time and one a tick. A group without
    /// deadlines writes nothing.
    /// </summary>
    private void ExpireKeys()
    {
        ulong now = _wallClock.UnixMs;
        _expiresSoon = false;
        foreach (PartitionReplica replica in _table.LocalReplicas)
        {
            _wallClock.Stamped(replica.Machine.State.TimeMs);
            ulong next = replica.Machine.State.NextDeadlineMs;
            if (!_wallClock.IsSettled || next == 0 || !replica.IsLeader)
            {
                continue;
            }

            _expiresSoon |= next <= now + (RetryTicks * EngineOptions.TickMicros / 1_000);
            if (next <= now && !IsAdvancing(replica))
            {
                Advance(replica, now);
            }
        }
    }

    private static bool IsAdvancing(PartitionReplica replica) =>
        replica.LastAdvance.Term == replica.Raft.Term && replica.LastAdvance.Index > replica.Raft.Applied;

    private void Advance(PartitionReplica replica, ulong unixMs)
    {
        _advance.ResetWrittenCount();
        CommandCodec.Encode(Command.Advance(unixMs, ExpiredAtOnce), _advance);
        if (replica.Raft.Propose(_advance.WrittenSpan, out EntryId entry) == ProposeResult.Accepted)
        {
            replica.LastAdvance = entry;
            MarkDirty(replica);
        }
    }
}
