using Holdfast.Primitives;

namespace Holdfast.Consensus.Tests.Scenarios;

/// <summary>The verb that plays a peer.</summary>
internal static class InjectVerb
{
    /// <summary>
    /// <c>inject 2->1 Kind term=3 [last=2/7] [after=2/7] [entries=(3 3)] [commit=6] [match=7] [round=1] [granted|refused]</c>: a message
    /// that nobody sent arrives. Entries are given by their terms, as in <c>disk</c>.
    /// </summary>
    public static void Inject(ScenarioGroup group, Arguments arguments)
    {
        Link link = Link.Parse(arguments.Word(0), arguments.Word(1));
        if (link is not { From: { } from, To: { } to, Kind: { } kind })
        {
            throw new ScriptException("an injected message has two ends and a kind");
        }

        group.Deliver(Make(kind, from, to, new Term(arguments.Number64("term")), arguments));
    }

    private static Message Make(MessageKind kind, ReplicaId from, ReplicaId to, Term term, Arguments arguments) => kind switch
    {
        MessageKind.PreVote => Message.PreVote(from, to, term, arguments.Entry("last")),
        MessageKind.PreVoteResponse => Message.PreVoteResponse(from, to, term, IsRefused(arguments)),
        MessageKind.Vote => Message.Vote(from, to, term, arguments.Entry("last"), arguments.TakeFlag("transfer")),
        MessageKind.VoteResponse => Message.VoteResponse(from, to, term, IsRefused(arguments)),
        MessageKind.Append => Message.Append(
            from, to, term, arguments.Entry("after"), new LogIndex(arguments.Number64("commit")), Entries(arguments)),
        MessageKind.AppendResponse => Message.AppendAccepted(
            from, to, term, new LogIndex(arguments.Number64("match")), new LogIndex(arguments.Number64("commit"))),
        MessageKind.Heartbeat => Message.Heartbeat(from, to, term, arguments.Number64("round")),
        MessageKind.HeartbeatResponse => Message.HeartbeatResponse(from, to, term, arguments.Number64("round")),
        MessageKind.TimeoutNow => Message.TimeoutNow(from, to, term),
        _ => throw new ScriptException($"{kind} is not injected"),
    };

    private static bool IsRefused(Arguments arguments)
    {
        bool refused = arguments.TakeFlag("refused");
        return refused || !arguments.TakeFlag("granted");
    }

    private static Entry[] Entries(Arguments arguments)
    {
        LogIndex previous = arguments.Entry("after").Index;
        return [.. arguments.Numbers("entries").Select(
            (term, i) => GroupVerbs.Entry(new EntryId(new Term(term), previous + ((ulong)i + 1))))];
    }
}
