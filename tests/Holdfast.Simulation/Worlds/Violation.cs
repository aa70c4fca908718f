using System.Globalization;
using System.Text;

namespace Holdfast.Simulation;

/// <summary>A rule that was broken, and what a person needs to see it again.</summary>
/// <param name="Seed">The seed of the world.</param>
/// <param name="At">The virtual time in µs.</param>
/// <param name="Rule">The rule's name.</param>
/// <param name="Explanation">What happened.</param>
/// <param name="Bug">The bug that was planted.</param>
public sealed record Violation(ulong Seed, long At, string Rule, string Explanation, PlantedBug Bug = PlantedBug.None)
{
    /// <summary>The rule, the seed, the command that replays it, and the last events.</summary>
    public string Report(Trace trace)
    {
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture, $"seed {Seed} broke '{Rule}' at {At / 1e6:F6} s: {Explanation}");
        text.AppendLine(CultureInfo.InvariantCulture, $"replay: dotnet run --project tests/Holdfast.Simulation -- --seed {Seed}{(Bug == PlantedBug.None ? "" : $" --plant {Bug}")}");
        text.AppendLine("last events:");
        foreach (string line in trace.LastEvents())
        {
            text.AppendLine(line);
        }

        return text.ToString();
    }
}
