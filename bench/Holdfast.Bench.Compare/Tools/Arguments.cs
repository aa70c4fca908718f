using System.Globalization;

namespace Holdfast.Bench.Compare.Tools;

/// <summary>What a program was started with: switches, and options with their values.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _given = new(StringComparer.Ordinal);

    /// <exception cref="FormatException">There is something else, or a value is missing.</exception>
    public Arguments(ReadOnlySpan<string> given, string[] switches, string[] options)
    {
        for (int i = 0; i < given.Length; i++)
        {
            string name = given[i];
            _given[name] = switches.Contains(name) ? string.Empty
                : options.Contains(name) && i + 1 < given.Length ? given[++i]
                : throw new FormatException($"'{name}' is not an option, or its value is missing");
        }
    }

    public bool Has(string name) => _given.ContainsKey(name);

    public string Of(string name, string otherwise) => _given.GetValueOrDefault(name, otherwise);

    /// <exception cref="FormatException">It was not given.</exception>
    public string PathOf(string name) => Path.GetFullPath(_given.GetValueOrDefault(name) ?? throw new FormatException($"{name} is missing"));

    public string PathOf(string name, string otherwise) => Path.GetFullPath(Of(name, otherwise));

    /// <exception cref="FormatException">It is not a number above zero.</exception>
    public int PositiveOf(string name, int otherwise) =>
        !_given.TryGetValue(name, out string? text) ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 ? number
        : throw new FormatException($"{name} takes a positive number, not '{text}'");
}
