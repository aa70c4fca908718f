using System.Diagnostics;
using System.Globalization;

namespace Holdfast.Simulation;

/// <summary>What the program takes: <c>--seed N | --seeds A..B | --soak 10m [--plant BUG]</c>.</summary>
public static class SimulationCommand
{
    private const string Usage = "usage: --seed N | --seeds A..B | --soak 10m  [--plant BUG]";

    /// <summary>Runs seeds and prints their counts. 0: all rules held; 1: one was broken, and the report says how to see it again; 2: bad usage.</summary>
    public static int Run(IReadOnlyList<string> args, ISimNodeFactory factory, TextWriter output)
    {
        if (!TryParse(args, out IEnumerable<ulong> seeds, out PlantedBug bug))
        {
            output.WriteLine(Usage);
            output.WriteLine($"bugs: {string.Join(", ", Enum.GetNames<PlantedBug>())}");
            return 2;
        }

        SimulationOptions options = new SimulationOptions().Planting(bug);
        Totals totals = new();
        foreach (ulong seed in seeds)
        {
            SeedResult result = SeedRunner.Run(seed, options, factory);
            output.WriteLine(result);
            totals.Add(result);
            if (result.Violation is not null)
            {
                output.WriteLine(result.Report);
                return 1;
            }
        }

        totals.Print(output);
        return 0;
    }

    private static bool TryParse(IReadOnlyList<string> args, out IEnumerable<ulong> seeds, out PlantedBug bug)
    {
        IEnumerable<ulong>? found = null;
        bug = PlantedBug.None;
        for (int i = 0; i < args.Count; i += 2)
        {
            string value = i + 1 < args.Count ? args[i + 1] : "";
            switch (args[i])
            {
                case "--seed" when ulong.TryParse(value, CultureInfo.InvariantCulture, out ulong seed):
                    found = [seed];
                    break;
                case "--seeds" when TryParseRange(value, out ulong first, out ulong last):
                    found = Range(first, last);
                    break;
                case "--soak" when TryParseDuration(value, out TimeSpan time):
                    found = For(time);
                    break;
                case "--plant" when Enum.TryParse(value, ignoreCase: true, out bug):
                    break;
                default:
                    seeds = [];
                    return false;
            }
        }

        seeds = found ?? [];
        return found is not null;
    }

    private static bool TryParseRange(string text, out ulong first, out ulong last)
    {
        int dots = text.IndexOf("..", StringComparison.Ordinal);
        first = last = 0;
        return dots > 0
            && ulong.TryParse(text.AsSpan(0, dots), CultureInfo.InvariantCulture, out first)
            && ulong.TryParse(text.AsSpan(dots + 2), CultureInfo.InvariantCulture, out last)
            && first <= last;
    }

    private static bool TryParseDuration(string text, out TimeSpan time)
    {
        time = default;
        if (text.Length < 2 || !int.TryParse(text.AsSpan(0, text.Length - 1), CultureInfo.InvariantCulture, out int count))
        {
            return false;
        }

        time = text[^1] switch
        {
            's' => TimeSpan.FromSeconds(count),
            'm' => TimeSpan.FromMinutes(count),
            'h' => TimeSpan.FromHours(count),
            _ => default,
        };
        return time > TimeSpan.Zero;
    }

    private static IEnumerable<ulong> Range(ulong first, ulong last)
    {
        for (ulong seed = first; seed < last; seed++)
        {
            yield return seed;
        }

        yield return last;
    }

    // A soak begins where no earlier one began; each seed that it prints can be run again by itself.
    private static IEnumerable<ulong> For(TimeSpan time)
    {
        Stopwatch watch = Stopwatch.StartNew();
        for (ulong seed = (ulong)Stopwatch.GetTimestamp(); watch.Elapsed < time; seed++)
        {
            yield return seed;
        }
    }

    private sealed class Totals
    {
        private readonly FaultCounts _faults = new();
        private readonly WorkCounts _work = new();
        private long _seeds;
        private long _invoked;
        private long _acknowledged;
        private long _ended;
        private long _undecided;

        public void Add(SeedResult result)
        {
            _faults.Add(result.Faults);
            _work.Add(result.Work);
            _seeds++;
            _invoked += result.Invoked;
            _acknowledged += result.Acknowledged;
            _ended += result.Ended;
            _undecided += result.Undecided.Count;
        }

        public void Print(TextWriter output)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{_seeds} seeds, {_invoked} operations, {_acknowledged} acknowledged, {_ended} keys ended, {_undecided} keys undecided, no rule broken"));
            foreach ((WorkKind kind, long count) in _work.All)
            {
                Print(output, kind.ToString(), count);
            }

            foreach ((FaultKind kind, long count) in _faults.All)
            {
                Print(output, kind.ToString(), count);
            }
        }

        private static void Print(TextWriter output, string kind, long count) =>
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {kind,-20} {count,10}"));
    }
}
