using System.Globalization;
using System.Text.RegularExpressions;

namespace Holdfast.EndToEnd.Durability;

/// <summary>
/// The system calls of one process, as <c>strace -f -y -ttt -T</c> wrote them: a line a call, with the thread, the wall-clock time at which
/// it began, how long it took, and the paths of files, since one may be open twice; a call during which another thread made one is split in two lines.
/// </summary>
internal sealed partial class SystemCallTrace
{
    private readonly List<(double Start, double End, string File)> _syncs = [];
    private readonly List<(double Start, string File, string Text)> _writes = [];

    private SystemCallTrace(IEnumerable<string> lines)
    {
        Dictionary<string, (double Start, string File)> unfinished = [];
        foreach (Match line in lines.Select(text => Line().Match(text)).Where(line => line.Success))
        {
            string thread = line.Groups["thread"].Value, call = line.Groups["call"].Value;
            double time = Seconds(line.Groups["time"].Value);
            if (Resumed().IsMatch(call))
            {
                if (unfinished.Remove(thread, out (double Start, string File) begun)
                    && call.Contains("= 0 ", StringComparison.Ordinal))
                {
                    _syncs.Add((begun.Start, time, begun.File));
                }
            }
            else if (Sync().Match(call) is { Success: true } sync)
            {
                if (call.EndsWith("<unfinished ...>", StringComparison.Ordinal))
                {
                    unfinished[thread] = (time, sync.Groups["file"].Value);
                }
                else if (Done().Match(call) is { Success: true } done)
                {
                    _syncs.Add((time, time + Seconds(done.Groups["took"].Value), sync.Groups["file"].Value));
                }
            }
            else if (Write().Match(call) is { Success: true } write)
            {
                _writes.Add((time, write.Groups["file"].Value, call));
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
        && _syncs.Any(sync => sync.File == write.File && sync.Start > write.Start && sync.End <= before));

    private static double Seconds(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?<thread>\d+) +(?<time>\d+\.\d+) (?<call>.*)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Line();

    [GeneratedRegex(@"^fdatasync\(\d+<(?<file>[^>]*)>", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Sync();

    [GeneratedRegex(@"^<\.\.\. fdatasync resumed>", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Resumed();

    [GeneratedRegex(@"= 0 <(?<took>\d+\.\d+)>$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Done();

    [GeneratedRegex(@"^p?writev?2?(64)?\(\d+<(?<file>[^>]*)>", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Write();
}
