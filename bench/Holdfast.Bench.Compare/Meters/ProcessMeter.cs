using System.Globalization;

namespace Holdfast.Bench.Compare.Meters;

/// <summary>What processes used between two readings.</summary>
internal sealed record ProcessUse(double CpuMicroseconds, long ContextSwitches, long BytesWritten);

/// <summary>What the kernel counted for some processes up to a moment: it depends little on what else the machine does.</summary>
internal sealed class ProcessMeter
{
    /// <summary>The kernel tells processor time in units of 10 ms, whatever its own clock is.</summary>
    private const double MicrosecondsPerTick = 10_000;

    private long _ticks;
    private long _bytesWritten;

    private ProcessMeter()
    {
    }

    /// <summary>By process and thread: a thread that ended takes its count along, and must not make the sum smaller.</summary>
    private Dictionary<string, long> Switches { get; } = [];

    /// <exception cref="BenchmarkException">A process is gone.</exception>
    public static ProcessMeter Read(IEnumerable<int> processes)
    {
        var meter = new ProcessMeter();
        foreach (int process in processes)
        {
            try
            {
                meter.Add($"/proc/{process}");
            }
            catch (IOException gone)
            {
                throw new BenchmarkException($"process {process} can't be read: {gone.Message}");
            }
        }

        return meter;
    }

    /// <summary>How much of a process is in memory.</summary>
    /// <exception cref="BenchmarkException">The process is gone.</exception>
    public static long ResidentBytes(int process)
    {
        try
        {
            return Field(File.ReadAllLines($"/proc/{process}/status"), "VmRSS") * 1024;
        }
        catch (Exception gone) when (gone is IOException or InvalidOperationException) // One that is ending has no memory any more.
        {
            throw new BenchmarkException($"process {process} can't be read: {gone.Message}");
        }
    }

    public ProcessUse Since(ProcessMeter before) => new(
        (_ticks - before._ticks) * MicrosecondsPerTick,
        Switches.Sum(thread => thread.Value - before.Switches.GetValueOrDefault(thread.Key)),
        _bytesWritten - before._bytesWritten);

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>The number on the line of <c>/proc</c>'s "name: number", with or without a unit.</summary>
    private static long Field(string[] lines, string name) => Number(
        lines.Single(line => line.StartsWith(name + ":", StringComparison.Ordinal))[(name.Length + 1)..].Replace("kB", null, StringComparison.Ordinal));

    private void Add(string process)
    {
        // The second field is the name, in parentheses, and may hold blanks. User and system time are the 14th and the 15th, and after them
        // those of children that ended, such as the one in which redis-server rewrites its log.
        string stat = File.ReadAllText($"{process}/stat");
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        _ticks += fields[11..15].Sum(Number);
        _bytesWritten += Field(File.ReadAllLines($"{process}/io"), "write_bytes");
        foreach (string thread in Directory.GetDirectories($"{process}/task"))
        {
            try
            {
                string[] status = File.ReadAllLines($"{thread}/status");
                Switches[thread] = Field(status, "voluntary_ctxt_switches") + Field(status, "nonvoluntary_ctxt_switches");
            }
            catch (Exception gone) when (gone is IOException or InvalidOperationException)
            {
                // The thread ended meanwhile.
            }
        }
    }
}
