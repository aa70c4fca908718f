namespace Holdfast.Cli.Output;

/// <summary>One line on a terminal that says how far long work has come; nothing when it isn't a terminal. Used by one thread.</summary>
internal sealed class ProgressLine(TextWriter output, bool isTerminal, TimeProvider clock, string unit)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);

    private readonly long _began = clock.GetTimestamp();
    private TimeSpan _last;
    private bool _shown;

    /// <summary>The time since the work began.</summary>
    public TimeSpan Elapsed => clock.GetElapsedTime(_began);

    /// <summary>Shows the count, at most five times a second.</summary>
    public void Show(long count)
    {
        TimeSpan now = isTerminal ? Elapsed : TimeSpan.Zero;
        if (now - _last < Pace)
        {
            return;
        }

        _last = now;
        _shown = true;
        output.Write($"\r{count:N0} {unit}, {count / now.TotalSeconds:N0} a second\u001b[K");
        output.Flush();
    }

    /// <summary>Removes the line.</summary>
    public void Clear()
    {
        if (_shown)
        {
            output.Write("\r\u001b[K");
            output.Flush();
            _shown = false;
        }
    }
}
