namespace Holdfast.Primitives;

/// <summary>
/// Says for how long a thread that has nothing to do looks for what comes before it sleeps. To wake a sleeping core takes 5 to 100 µs, most where
/// the core is virtual, and a lone request pays that for each of its messages. So a thread polls where that would have saved it a sleep lately,
/// and no longer: what comes now and then, as heartbeats do, finds it asleep. (The window grows and shrinks as in Linux's haltpoll governor.)
/// For one thread, which tells the time.
/// </summary>
/// <param name="maxMicros">The longest window in µs; zero never polls.</param>
public sealed class IdlePolling(long maxMicros)
{
    private const long MinMicros = 50;

    /// <summary>Work of others that is done sooner is what a lone request is made of, or can be waited for.</summary>
    private const long MaxAwayMicros = 250;

    /// <summary>
    /// Where the core was away for longer after fewer looks than these, somebody wants it all the time, beside whom whoever gives it away is
    /// served last. Otherwise it was a hiccup.
    /// </summary>
    private const int FewLooks = 200;

    /// <summary>
    /// So many times as long as the core was away the thread then sleeps as if it never polled, and twice as long as the last time, since waiting for
    /// the core is not all that it costs: the scheduler takes who gives it away to want it less, also when there is work for it.
    /// </summary>
    private const int AwayFactor = 10;

    /// <summary>Whoever wants the core may have gone by then. After a process that stood still for minutes, too.</summary>
    private const long MaxBarMicros = 1_000_000;

    private long _window;
    private long _barMicros;
    private long _barredUntilMicros;
    private int _looks;

    /// <summary>How long to poll now, in µs; zero is to sleep at once.</summary>
    public long WindowMicros(long nowMicros) => nowMicros < _barredUntilMicros ? 0 : _window;

    /// <summary>The core was given away while polling, and came back after so many µs. Whether to go on.</summary>
    public bool MayGoOn(long nowMicros, long awayMicros)
    {
        if (awayMicros < MaxAwayMicros)
        {
            _looks++;
            return true;
        }

        bool isHiccup = _looks >= FewLooks;
        _looks = 0;
        if (isHiccup)
        {
            _barMicros = 0;
            return true;
        }

        _barMicros = Math.Min(Math.Max(awayMicros * AwayFactor, 2 * _barMicros), MaxBarMicros);
        _barredUntilMicros = nowMicros + _barMicros;
        return false;
    }

    /// <summary>
    /// The thread slept. It had waited so many µs by the end of that, what it polled before included, and something came, or only the time to wake.
    /// </summary>
    public void Slept(long waitedMicros, bool somethingCame)
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
