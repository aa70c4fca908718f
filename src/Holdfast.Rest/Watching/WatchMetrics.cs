using System.Diagnostics.Metrics;

namespace Holdfast.Rest.Watching;

/// <summary>What a node counts of its watchers. Thread-safe.</summary>
internal sealed class WatchMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Holdfast.Rest.Watching";

    private readonly Meter _meter = new(MeterName);
    private readonly UpDownCounter<int> _watchers;
    private readonly Counter<long> _events;
    private readonly Counter<long> _fallenBehind;
    private readonly Counter<long> _gaps;

    public WatchMetrics()
    {
        _watchers = _meter.CreateUpDownCounter<int>("holdfast.watch.watchers", "{watcher}", "Watchers that are connected.");
        _events = _meter.CreateCounter<long>("holdfast.watch.events", "{event}", "Changes that were written to watchers.");
        _fallenBehind = _meter.CreateCounter<long>("holdfast.watch.fallen_behind", "{watcher}", "Times that a watcher had to go back to the history.");
        _gaps = _meter.CreateCounter<long>("holdfast.watch.gaps", "{event}", "Gaps that were written to watchers.");
    }

    /// <summary>A watcher came (1) or went (-1).</summary>
    public void CountWatchers(int by) => _watchers.Add(by);

    /// <summary>A change was written to a watcher.</summary>
    public void CountEvent() => _events.Add(1);

    /// <summary>A watcher had more to take than its queue holds.</summary>
    public void CountFallenBehind() => _fallenBehind.Add(1);

    /// <summary>A gap was written to a watcher.</summary>
    public void CountGap() => _gaps.Add(1);

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
