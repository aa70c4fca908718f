using System.Text;
using Holdfast.Api;
using Holdfast.Runtime.Tests.Fakes;

namespace Holdfast.Runtime.Tests.Routing;

public sealed class ExactlyOnceTests : IDisposable
{
    private readonly TestCluster _cluster = TestCluster.Formed(nodes: 3, partitions: 1);
    private readonly RecordingSink _sink = new();
    private ulong _id;

    public void Dispose() => _cluster.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_write_that_is_sent_again_takes_effect_once_and_gives_the_same_answer(bool byToken)
    {
        KeptReply first = Send(0, Increment(byToken, 1));
        Assert.Equal((FaultCode.None, 5L), (first.Fault, first.Number));
        for (uint node = 0; node < 3; node++)
        {
            KeptReply again = Send(node, Increment(byToken, 1));
            Assert.Equal((first.Fault, first.Number, first.Flags), (again.Fault, again.Number, again.Flags));
        }

        Assert.Equal(10, Send(1, Increment(byToken, 2)).Number);
    }

    [Fact]
    public void A_write_that_is_sent_again_after_its_leader_died_takes_effect_once()
    {
        Assert.Equal(5, Send(0, Increment(byToken: false, 1)).Number);
        for (ulong sequence = 2; sequence < 12; sequence++)
        {
            _cluster.Until(() => _cluster.LeaderOf(0) is not null);
            uint leader = _cluster.LeaderOf(0)!.Value;
            uint other = (leader + 1) % 3;
            Open(other).Submit(Increment(byToken: false, sequence));
            _cluster.Crash(leader);
            _cluster.Restart(leader);
            _cluster.Until(() => _sink.Find(_id) is not null);
            KeptReply? answer = _sink.Find(_id);
            while (answer is { Outcome: Outcome.Unknown } or { Outcome: Outcome.NotApplied })
            {
                answer = Send(other, Increment(byToken: false, sequence));
            }

            Assert.Equal((long)sequence * 5, answer!.Number);
        }
    }

    [Fact]
    public void Sessions_survive_the_crash_of_all_nodes()
    {
        Assert.Equal(5, Send(0, Increment(byToken: false, 1)).Number);
        for (uint node = 0; node < 3; node++)
        {
            _cluster.Crash(node);
        }

        for (uint node = 0; node < 3; node++)
        {
            _cluster.Restart(node);
        }

        Assert.Equal(5, Send(2, Increment(byToken: false, 1)).Number);
    }

    [Fact]
    public void What_can_not_be_told_apart_is_refused()
    {
        Assert.Equal((FaultCode.SessionExpired, Outcome.NotApplied), Refusal(new SessionNumber(99, 2, 1)));
        Assert.Equal(5, Send(0, Increment(byToken: false, 1)).Number);
        Assert.Equal(10, Send(0, Increment(byToken: false, 2, lowestOpen: 2)).Number);
        Assert.Equal((FaultCode.SessionExpired, Outcome.NotApplied), Refusal(new SessionNumber(7, 1, 1)));

        Send(0, Increment(byToken: true, 1));
        KeptReply other = Send(1, Fakes.Requests.Encode(new Request
        {
            Id = ++_id,
            Operation = Operation.Put,
            Token = "token1"u8,
            Fingerprint = 2,
            Key = "n"u8,
        }));
        Assert.Equal((FaultCode.IdempotencyMismatch, Outcome.NotApplied), (other.Fault, other.Outcome));
    }

    [Fact]
    public void A_read_has_no_session() => Assert.Equal(FaultCode.BadRequest, Send(0, Fakes.Requests.Encode(new Request
    {
        Id = ++_id,
        Operation = Operation.Get,
        Session = new SessionNumber(1, 1, 1),
        Key = "n"u8,
    })).Fault);

    private (FaultCode Fault, Outcome Outcome) Refusal(SessionNumber number)
    {
        KeptReply reply = Send(0, Fakes.Requests.Encode(new Request { Id = ++_id, Operation = Operation.Delete, Session = number, Key = "n"u8 }));
        return (reply.Fault, reply.Outcome);
    }

    private byte[] Increment(bool byToken, ulong number, ulong lowestOpen = 1) => Fakes.Requests.Encode(new Request
    {
        Id = ++_id,
        Operation = Operation.Increment,
        Argument = 5,
        Session = byToken ? default : new SessionNumber(7, number, lowestOpen),
        Token = byToken ? Encoding.ASCII.GetBytes($"token{number}") : default,
        Fingerprint = byToken ? 1UL : 0,
        Key = "n"u8,
    });

    private IRequestSession Open(uint node) => _cluster[node].Engine.Open(_sink);

    private KeptReply Send(uint node, byte[] request)
    {
        ulong id = _id;
        Open(node).Submit(request);
        _cluster.Until(() => _sink.Find(id) is not null);
        return _sink.Find(id)!;
    }
}
