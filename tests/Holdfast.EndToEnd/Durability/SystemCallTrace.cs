using System.Globalization;
using System.Text.RegularExpressions;

namespace Holdfast.EndToEnd.Durability;

/// <summary>
/// The system calls of one process, as <c>strace -f -ttt -T</c> wrote them: a line a call, with the thread, the wall-clock time at which
/// it began, and how long it took; a call during which another thread made one is split in two lines.
/// </summary>
internal sealed partial class SystemCallTrace
{
    private readonly List<(double Start, double End, string Descriptor)> _syncs = [];
    private readonly List<(double Start, string Descriptor, string Text)> _writes = [];

    private SystemCallTrace(IEnumerable<string> lines)
    {
        Dictionary<string, (double Start, string Descriptor)> unfinished = [];
        foreach (Match line in lines.Select(text => Line().Match(text)).Where(line => line.Success))
        {
            string thread = line.Groups["thread"].Value, call = line.Groups["call"].Value;
            double time = Seconds(line.Groups["time"].Value);
            if (Resumed().IsMatch(call))
            {
                if (unfinished.Remove(thread, out (double Start, string Descriptor) begun)
                    && call.Contains("= 0 ", StringComparison.Ordinal))
                {
                    _syncs.Add((begun.Start, time, begun.Descriptor));
                }
            }
            else if (Sync().Match(call) is { Success: true } sync)
            {
                if (call.EndsWith("<unfinished ...>", StringComparison.Ordinal))
                {
                    unfinished[thread] = (time, sync.Groups["fd"].Value);
                }
                else if (Done().Match(call) is { Success: true } done)
                {
                    _syncs.Add((time, time + Seconds(done.Groups["took"].Value), sync.Groups["fd"].Value));
                }
            }
            else if (Write().Match(call) is { Success: true } write)
            {
                _writes.Add((time, write.Groups["fd"].Value, call));
            }
        }
    }

    /// <summary>Reads a trace.</summary>
    public static SystemCallTrace Read(string file) => new(File.ReadLines(file));

    /// <summary>
    /// Whether the process, between two instants in seconds, wrote the text to a file and completed an fdatasync of that file which it
    /// began after the write.
    /// </summary>
    public bool MadeDurable(string text, double after, double before) => _writes.Any(write =>
        write.Start >= after && write.Text.Contains(text, StringComparison.Ordinal)
        && _syncs.Any(sync => sync.Descriptor == write.Descriptor && sync.Start > write.Start && sync.End <= before));

    private static double Seconds(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?<thread>\d+) +(?<time>\d+\.\d+) (?<call>.*)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Line();

    [GeneratedRegex(@"^fdatasync\((?<fd>\d+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Sync();

    [GeneratedRegex(@"^<\.\.\. fdatasync resumed>", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Resumed();

    [GeneratedRegex(@"= 0 <(?<took>\d+\.\d+)>$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Done();

    [GeneratedRegex(@"^p?writev?2?(64)?\((?<fd>\d+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Write();
}
