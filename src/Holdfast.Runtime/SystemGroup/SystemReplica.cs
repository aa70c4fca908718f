using System.Buffers;
using Google.Protobuf;
using Holdfast.Consensus;
using Holdfast.Primitives;
using Holdfast.Runtime.Groups;
using Holdfast.Wire.Control;

namespace Holdfast.Runtime.SystemGroup;

/// <summary>This node's replica of group 0, whose state is what the cluster knows of itself.</summary>
internal sealed class SystemReplica(RaftNode raft, SystemSnapshot state) : Replica(GroupId.System, raft)
{
    /// <summary>What the cluster knows of itself; without a map until the first entry is applied.</summary>
    public SystemSnapshot State { get; private set; } = state;

    /// <inheritdoc/>
    public override long StateBytes => State.CalculateSize();

    /// <inheritdoc/>
    protected override void Apply(in Entry entry)
    {
        if (entry.Kind == EntryKind.Command)
        {
            Apply(State, entry.Data.Span);
        }
    }

    /// <summary>Applies a command to a state. The first bootstrap wins: a second one, proposed by a leader that did not know, changes nothing.</summary>
    public static void Apply(SystemSnapshot state, ReadOnlySpan<byte> command)
    {
        SystemCommand decoded = SystemCommand.Parser.ParseFrom(command);
        Invariant.Require(
            decoded.CommandCase == SystemCommand.CommandOneofCase.Bootstrap,
            "group 0 holds only commands that this version knows; a newer program wrote this one");
        if (state.Map is null)
        {
            state.Formation = decoded.Bootstrap.Formation;
            state.Map = decoded.Bootstrap.Map;
        }
    }

    /// <inheritdoc/>
    public override void Install(SnapshotMeta meta, IncomingState state) => State = ((IncomingSystem)state).Take();

    /// <inheritdoc/>
    public override IncomingState BeginReceive() => new IncomingSystem();

    /// <inheritdoc/>
    public override OutgoingState BeginSnapshot() => new OutgoingSystem(State.ToByteArray());

    private sealed class IncomingSystem : IncomingState
    {
        private readonly ArrayBufferWriter<byte> _bytes = new();

        public override bool Feed(ReadOnlySpan<byte> piece, out string problem)
        {
            _bytes.Write(piece);
            problem = "";
            return true;
        }

        public SystemSnapshot Take() => SystemSnapshot.Parser.ParseFrom(_bytes.WrittenSpan);

        public override void Dispose()
        {
            // Nothing but managed memory.
        }
    }

    private sealed class OutgoingSystem(byte[] bytes) : OutgoingState
    {
        public override bool Step(int maxBytes, IBufferWriter<byte> output)
        {
            output.Write(bytes);
            return true;
        }

        public override void Dispose()
        {
            // Nothing but managed memory.
        }
    }
}
