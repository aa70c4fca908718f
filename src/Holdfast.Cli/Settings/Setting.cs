using System.CommandLine;
using Holdfast.Cli.Hosting;

namespace Holdfast.Cli.Settings;

/// <summary>Reads a setting's text; false when it is not one.</summary>
internal delegate bool SettingParser<T>(string text, out T value);

/// <summary>
/// Something that a flag, an environment variable and a key of the configuration file set, in this order of precedence:
/// <c>--max-memory</c>, <c>HOLDFAST_MAX_MEMORY</c>, <c>"max-memory"</c>.
/// </summary>
internal abstract class Setting
{
    protected Setting(string name, string help, bool isSwitch = false)
    {
        Name = name;
        Option = new Option<string?>("--" + name)
        {
            Description = help,
            HelpName = name,
            Arity = isSwitch ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne,
        };
    }

    /// <summary>The flag's name without its dashes, and the key of the configuration file.</summary>
    public string Name { get; }

    /// <summary>The environment variable.</summary>
    public string VariableName => "HOLDFAST_" + Name.ToUpperInvariant().Replace('-', '_');

    /// <summary>The flag.</summary>
    public Option<string?> Option { get; }
}

/// <summary>A setting with a value.</summary>
/// <param name="name">Its name.</param>
/// <param name="help">What it is for.</param>
/// <param name="fallback">Its value when nothing sets it.</param>
/// <param name="parser">Reads its text.</param>
/// <param name="expects">What the text should be, to finish "is not ...".</param>
/// <param name="isSwitch">Whether the flag alone means true.</param>
internal sealed class Setting<T>(
    string name, string help, T fallback, SettingParser<T> parser, string expects, bool isSwitch = false) : Setting(name, help, isSwitch)
{
    /// <summary>The value, from the first source that has one.</summary>
    /// <exception cref="UsageException">The text can't be read.</exception>
    public T In(SettingSources sources)
    {
        if (sources.Find(this) is not var (text, from))
        {
            return fallback;
        }

        return parser(text, out T value) ? value : throw new UsageException($"{from}: '{text}' is not {expects}");
    }
}

/// <summary>A setting of the contract that this version does not have yet: using it is refused, never ignored.</summary>
/// <param name="name">Its name.</param>
/// <param name="help">What it is for.</param>
/// <param name="advice">What to do instead.</param>
internal sealed class MissingSetting(string name, string help, string advice) : Setting(name, help + " (not in this version yet)")
{
    /// <exception cref="UsageException">Something sets it.</exception>
    public void RefuseIn(SettingSources sources)
    {
        if (sources.Find(this) is var (_, from))
        {
            throw new UsageException($"{from} is not in this version yet; {advice}");
        }
    }
}
