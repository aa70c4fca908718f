using System.Text;
using Holdfast.Primitives;

namespace Holdfast.Consensus.Tests.Scenarios;

/// <summary>The script is wrong, or what it shows breaks a safety property.</summary>
internal sealed class ScriptException(string message) : Exception(message);

/// <summary>
/// Plays one script. It opens with a comment; then come blocks, separated by blank lines: comments and commands, one a line,
/// then <c>----</c>, then what the commands show.
/// </summary>
internal sealed class ScriptRun(string name)
{
    private const string Separator = "----";

    private readonly ScenarioGroup _group = new();

    /// <summary>Plays <paramref name="script"/>; returns it with what really happened in the place of what was expected.</summary>
    public string Play(string script)
    {
        if (!script.StartsWith('#'))
        {
            throw new ScriptException($"{name}:1: the script does not open with a comment that says what it shows");
        }

        List<string> played = [];
        int number = 1;
        foreach (string block in script.TrimEnd('\n').Split("\n\n"))
        {
            string[] lines = block.Split('\n');
            played.Add(PlayBlock([.. lines.TakeWhile(line => line != Separator)], number));
            number += lines.Length + 1;
        }

        return string.Join("\n\n", played) + "\n";
    }

    private string PlayBlock(string[] lines, int number)
    {
        var played = new StringBuilder(string.Join('\n', lines));
        if (!lines.Any(IsCommand))
        {
            return played.ToString();
        }

        for (int i = 0; i < lines.Length; i++)
        {
            if (IsCommand(lines[i]))
            {
                Run(lines[i], number + i);
            }
        }

        return played.Append('\n').Append(Separator).Append('\n').Append(_group.Transcript.Take()).ToString();
    }

    private void Run(string line, int number)
    {
        try
        {
            Verbs.Run(_group, line);
            _group.Safety.Require(_group.Replicas);
        }
        catch (Exception e) when (e is ScriptException or InvariantViolationException)
        {
            throw new ScriptException($"{name}:{number}: {e.Message}");
        }
    }

    private static bool IsCommand(string line) => !line.StartsWith('#');
}
