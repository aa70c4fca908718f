namespace Holdfast.Net.Loop;

/// <summary>
/// Says for how long a loop that has nothing to do looks for what comes before it sleeps. To wake a sleeping core takes 5 to 100 µs, most where
/// the core is virtual, and a lone request pays that for each of its messages. So the loop polls where that would have saved it a sleep lately,
/// and no longer: what comes now and then, as heartbeats do, finds it asleep. (The window grows and shrinks as in Linux's haltpoll governor.)
/// </summary>
/// <param name="maxMicros">The longest window in µs; zero never polls.</param>
internal sealed class IdlePolling(long maxMicros)
{
    private const long MinMicros = 50;

    /// <summary>
    /// Work of others that is done sooner is what a lone request is made of. What keeps the core for longer is a load of its own, beside which
    /// whoever gives the core away between looks is served last.
    /// </summary>
    private const long MaxAwayMicros = 1_000;

    /// <summary>So many times as long as the core was away the loop sleeps as if it never polled: a crowd costs a tenth at most.</summary>
    private const int AwayFactor = 10;

    /// <summary>After a process that stood still for minutes, too.</summary>
    private const long MaxBarMicros = 1_000_000;

    private long _window;
    private long _barredUntilMicros;

    /// <summary>How long to poll now, in µs; zero is to sleep at once.</summary>
    internal long WindowMicros(long nowMicros) => nowMicros < _barredUntilMicros ? 0 : _window;

    /// <summary>The core was given away while polling, and came back after so many µs. Whether to go on.</summary>
    internal bool MayGoOn(long nowMicros, long awayMicros)
    {
        if (awayMicros < MaxAwayMicros)
        {
            return true;
        }

        _barredUntilMicros = nowMicros + Math.Min(awayMicros * AwayFactor, MaxBarMicros);
        return false;
    }

    /// <summary>The loop slept. It had waited so many µs by the end of that, what it polled before included, and something came, or only the time to wake.</summary>
    internal void Slept(long waitedMicros, bool somethingCame)
    {
        if (waitedMicros > maxMicros)
        {
            _window = _window < 2 * MinMicros ? 0 : _window / 2;
        }
        else if (somethingCame && waitedMicros > _window)
        {
            _window = Math.Min(Math.Max(_window * 2, MinMicros), maxMicros);
        }
    }
}
