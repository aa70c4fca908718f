using Holdfast.Primitives;
using Holdfast.Runtime.Forming;
using Holdfast.Wire.Control;

namespace Holdfast.Runtime.Tests.Forming;

public class FormationMachineTests
{
    private static readonly ClusterSettings Agreed = new() { Partitions = 4, Replicas = 3 };

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(ulong.MaxValue)]
    public void An_answer_to_what_was_not_asked_counts_for_nobody(ulong echo)
    {
        FormationMachine machine = New();
        machine.Receive(Answer(1, echo: 1));
        machine.Receive(Answer(2, echo));

        Assert.Null(machine.Formed);

        machine.Receive(Answer(2, echo: 2));
        Assert.NotNull(machine.Formed);
    }

    [Fact]
    public void The_clusters_id_is_the_same_whoever_was_heard_first()
    {
        FormationMachine one = New();
        one.Receive(Answer(1, echo: 1));
        one.Receive(Answer(2, echo: 2));
        FormationMachine other = New();
        other.Receive(Answer(2, echo: 2));
        other.Receive(Answer(1, echo: 1));

        Assert.Equal(one.Formed, other.Formed);
    }

    private static FormationMachine New()
    {
        var machine = new FormationMachine(new OpenTransport(), MemberOf(0), Agreed, ["node1:1", "node2:1"]);
        machine.Tick(0);
        return machine;
    }

    private static Hello Answer(uint id, ulong echo) =>
        new() { Sender = MemberOf(id), Settings = Agreed, IsAnswer = true, Echo = echo, PeerCount = 2 };

    private static Member MemberOf(uint id) => new() { Id = id, Address = $"node{id}:1", Incarnation = 100 + id };

    /// <summary>Takes everything and brings it nowhere.</summary>
    private sealed class OpenTransport : ITransport
    {
        private int _opened;

        public PeerHandle Open(string address) => new(_opened++);

        public void Close(PeerHandle peer)
        {
        }

        public bool Send(PeerHandle peer, TransportLane lane, ReadOnlySpan<byte> frame) => true;
    }
}
