using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using Holdfast.Cli.Hosting;

namespace Holdfast.Cli.Settings;

/// <summary>The flags of one call, the environment and the configuration file.</summary>
internal sealed class SettingSources
{
    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    private readonly ParseResult _flags;
    private readonly Func<string, string?> _variable;
    private readonly string? _path;
    private readonly Dictionary<string, string> _file = new(StringComparer.Ordinal);

    /// <summary>Reads the configuration file, if <c>--config</c> or <c>HOLDFAST_CONFIG</c> names one.</summary>
    /// <exception cref="UsageException">It can't be read, or holds what is no setting.</exception>
    public SettingSources(ParseResult flags, Func<string, string?> variable, IReadOnlyCollection<Setting> known)
    {
        _flags = flags;
        _variable = variable;
        _path = flags.GetValue(ConfigFlag) ?? variable("HOLDFAST_CONFIG");
        if (!string.IsNullOrEmpty(_path))
        {
            Load(_path, known);
        }
    }

    /// <summary>The flag that names the configuration file.</summary>
    public static Option<string?> ConfigFlag { get; } = new("--config")
    {
        Description = "A JSON file of settings, such as {\"port\": 8000}; flags and HOLDFAST_... variables come before it",
        HelpName = "file",
        Recursive = true,
    };

    /// <summary>A setting's text and who set it; null when nobody did.</summary>
    public (string Text, string From)? Find(Setting setting)
    {
        if (_flags.GetResult(setting.Option) is { Implicit: false } flag)
        {
            return (flag.Tokens.Count == 0 ? "true" : flag.Tokens[^1].Value, setting.Option.Name);
        }

        if (_variable(setting.VariableName) is { Length: > 0 } text)
        {
            return (text, setting.VariableName);
        }

        return _file.TryGetValue(setting.Name, out string? value) ? (value, $"{_path}: \"{setting.Name}\"") : null;
    }

    private void Load(string path, IReadOnlyCollection<Setting> known)
    {
        using JsonDocument document = Read(path);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw new UsageException($"{path}: a configuration is one JSON object, such as {{\"port\": 8000}}");
        }

        foreach (JsonProperty property in document.RootElement.EnumerateObject())
        {
            if (!known.Any(s => s.Name == property.Name))
            {
                throw new UsageException($"{path}: \"{property.Name}\" is no setting; settings have the names of the flags without dashes");
            }

            if (TextOf(property.Value) is { } text)
            {
                _file[property.Name] = text;
            }
        }
    }

    private static JsonDocument Read(string path)
    {
        try
        {
            return JsonDocument.Parse(File.ReadAllBytes(path), Lenient);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new UsageException($"can't read the configuration {path}: {exception.Message}");
        }
    }

    /// <summary>A list is written as a JSON array or as the flag's own text; null unsets.</summary>
    private static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.Array => string.Join(',', value.EnumerateArray().Select(TextOf)),
        JsonValueKind.String => value.GetString(),
        _ => value.GetRawText(),
    };
}
