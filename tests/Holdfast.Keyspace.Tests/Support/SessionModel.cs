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

    public int Records => _tokens.Count + _sessions.Count + _sessions.Values.Sum(session => session.Records.Count());

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

        if (lives && session!.Kept(sequence) is { } kept)
        {
            return (kept, true);
        }

        ulong lowest = lives ? Math.Max(session!.Lowest, lowestOpen) : lowestOpen;
        if (sequence - lowest >= 10_000)
        {
            return (Outcome.Refused(ApplyStatus.SessionsFull), false);
        }

        Outcome outcome = execute();
        session ??= _sessions[id] = new Session();
        session.Birth = lives ? session.Birth : ++_births;
        session.Deadline = session.Deadline < time + Life ? time + Life + Slack : session.Deadline;
        ulong highest = lives ? session.Highest : 0;
        (session.Lowest, session.Highest) = (lowest, isTouch ? highest : Math.Max(highest, sequence));
        foreach ((ulong Number, bool Apart) record in session.Records.Where(session.IsOver).Take(16).ToArray())
        {
            session.Remove(record);
        }

        if (!isTouch)
        {
            session.Keep(sequence, outcome, anew: highest < lowest);
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
        else if (_sessions[id].Records.Any())
        {
            _sessions[id].Remove(_sessions[id].Records.First());
        }
        else
        {
            _sessions.Remove(id);
        }
    }

    private sealed record Token(ulong Fingerprint, Outcome Outcome, ulong Deadline);

    // Results are kept in blocks of 64 numbers that go as a whole, and large ones beside them.
    private sealed class Session
    {
        private readonly Dictionary<ulong, Block> _blocks = [];
        private readonly HashSet<ulong> _apart = [];

        public ulong Lowest { get; set; }

        public ulong Highest { get; set; }

        public ulong Deadline { get; set; }

        public int Birth { get; set; }

        /// <summary>The blocks by their first numbers and the large results by theirs, in the order of their keys.</summary>
        public IEnumerable<(ulong Number, bool Apart)> Records =>
            _blocks.Keys.Select(number => (number, false)).Concat(_apart.Select(number => (number, true)))
                .OrderBy(record => record.Item1 / 64).ThenBy(record => record.Item2).ThenBy(record => record.Item1);

        public bool IsOver((ulong Number, bool Apart) record) => record.Apart ? record.Number < Lowest : record.Number + 63 < Lowest;

        public Outcome? Kept(ulong sequence) =>
            _blocks.TryGetValue(sequence / 64 * 64, out Block? block) && block.Birth == Birth
                ? block.Results.GetValueOrDefault(sequence)
                : null;

        public void Keep(ulong sequence, Outcome outcome, bool anew)
        {
            ulong first = sequence / 64 * 64;
            if (anew || !_blocks.TryGetValue(first, out Block? block) || block.Birth != Birth)
            {
                block = _blocks[first] = new Block(Birth, []);
            }

            block.Results.Add(sequence, outcome);
            if (outcome.KeptSize > 64)
            {
                _apart.Add(sequence);
            }
        }

        public void Remove((ulong Number, bool Apart) record)
        {
            if (record.Apart)
            {
                _apart.Remove(record.Number);
            }
            else
            {
                _blocks.Remove(record.Number);
            }
        }
    }

    private sealed record Block(int Birth, Dictionary<ulong, Outcome> Results);
}
