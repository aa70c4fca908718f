namespace Holdfast.Keyspace.Tests.Support;

/// <summary>The plainest table of sessions and tokens that obeys the same rules, but for how many bytes it holds.</summary>
internal sealed class SessionModel
{
    private const ulong Life = 600_000;
    private const ulong Slack = 60_000;
    private readonly Dictionary<ulong, Session> _sessions = [];
    private readonly Dictionary<string, Token> _tokens = [];
    private int _births;

    public int SessionCount => _sessions.Count;

    public int Records => _tokens.Count + _sessions.Count + _sessions.Values.Sum(session => session.Results.Count);

    public ulong NextDeadline =>
        _sessions.Values.Select(session => session.Deadline).Concat(_tokens.Values.Select(token => token.Deadline)).DefaultIfEmpty().Min();

    /// <summary>What a command of a session gives, and whether that is a repeat; <paramref name="execute"/> is called if it is to be carried out.</summary>
    public (Outcome Outcome, bool Repeated) Apply(
        ulong id, ulong sequence, ulong lowestOpen, bool isTouch, ulong time, Func<Outcome> execute)
    {
        Session? session = _sessions.GetValueOrDefault(id);
        bool lives = session is not null && session.Deadline > time;
        if (!lives && sequence > 1)
        {
            return (Outcome.Refused(ApplyStatus.SessionUnknown), false);
        }

        if (lives && sequence < session!.Lowest)
        {
            return (Outcome.Refused(ApplyStatus.SequenceClosed), false);
        }

        if (lives && session!.Results.TryGetValue(sequence, out (Outcome Outcome, int Birth) kept) && kept.Birth == session.Birth)
        {
            return (kept.Outcome, true);
        }

        ulong lowest = lives ? Math.Max(session!.Lowest, lowestOpen) : lowestOpen;
        if (sequence - lowest >= 10_000)
        {
            return (Outcome.Refused(ApplyStatus.SessionsFull), false);
        }

        Outcome outcome = execute();
        session ??= _sessions[id] = new Session();
        session.Lowest = lowest;
        session.Birth = lives ? session.Birth : ++_births;
        session.Deadline = session.Deadline < time + Life ? time + Life + Slack : session.Deadline;
        if (!isTouch)
        {
            session.Results[sequence] = (outcome, session.Birth);
        }

        foreach (ulong closed in session.Results.Keys.TakeWhile(number => number < lowest).Take(16).ToArray())
        {
            session.Results.Remove(closed);
        }

        return (outcome, false);
    }

    /// <summary>What a command with a token gives, likewise.</summary>
    public (Outcome Outcome, bool Repeated) Apply(string token, ulong fingerprint, ulong time, Func<Outcome> execute)
    {
        if (_tokens.TryGetValue(token, out Token? kept) && kept.Deadline > time)
        {
            return kept.Fingerprint == fingerprint ? (kept.Outcome, true) : (Outcome.Refused(ApplyStatus.TokenMismatch), false);
        }

        Outcome outcome = execute();
        _tokens[token] = new Token(fingerprint, outcome, time + Life);
        return (outcome, false);
    }

    /// <summary>Removes so many records of what expired; returns whether there are more.</summary>
    public bool Advance(long limit, ulong time)
    {
        for (; HasExpired(time) && limit > 0; limit--)
        {
            RemoveFirst();
        }

        return HasExpired(time);
    }

    private bool HasExpired(ulong time) => NextDeadline - 1 < time;

    private void RemoveFirst()
    {
        ulong deadline = NextDeadline;
        ulong id = _sessions.Where(pair => pair.Value.Deadline == deadline).Select(pair => pair.Key).DefaultIfEmpty().Min();
        if (id == 0)
        {
            _tokens.Remove(_tokens.Where(pair => pair.Value.Deadline == deadline).Select(pair => pair.Key).Min(StringComparer.Ordinal)!);
        }
        else if (_sessions[id].Results.Count > 0)
        {
            _sessions[id].Results.Remove(_sessions[id].Results.Keys.First());
        }
        else
        {
            _sessions.Remove(id);
        }
    }

    private sealed record Token(ulong Fingerprint, Outcome Outcome, ulong Deadline);

    private sealed class Session
    {
        public ulong Lowest { get; set; }

        public ulong Deadline { get; set; }

        public int Birth { get; set; }

        public SortedDictionary<ulong, (Outcome Outcome, int Birth)> Results { get; } = [];
    }
}
