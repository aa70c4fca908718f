using System.CommandLine;
using System.Globalization;
using Holdfast.Cli.Settings;
using Holdfast.Client;
using Holdfast.Primitives;

namespace Holdfast.Cli.Commands;

/// <summary>The flags and arguments that several commands share.</summary>
internal static class Switches
{
    public static Argument<string> Key { get; } = new("key") { Description = "The key" };

    public static Argument<string?> Prefix { get; } = new("prefix")
    {
        Description = "Only keys that begin so",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Argument<string?> Value { get; } = new("value") { Description = "The value", Arity = ArgumentArity.ZeroOrOne };

    public static Option<bool> Json { get; } = new("--json") { Description = "Answer in JSON" };

    public static Option<bool> Stale { get; } = new("--stale") { Description = "Let any replica answer from what it has, perhaps behind" };

    public static Option<bool> IfAbsent { get; } = new("--if-absent") { Description = "Only when the key is absent" };

    public static Option<ulong?> IfRevision { get; } = Number<ulong>("--if-revision", "Only when the key has this revision", "a revision");

    public static Option<string?> File { get; } = new("--file")
    {
        Description = "Where the value is read from or written to; - is standard input or output",
        HelpName = "file",
    };

    public static Option<TimeSpan?> TimeToLive { get; } = new("--ttl")
    {
        Description = "After how long the key expires: 500ms, 30s, 5m, 12h, 7d",
        HelpName = "time",
        CustomParser = result =>
        {
            if (Parsers.TimeToLive(result.Tokens[0].Value, out TimeSpan value))
            {
                return value;
            }

            result.AddError($"--ttl: '{result.Tokens[0].Value}' is not a length of time such as 500ms, 30s, 5m, 12h or 7d");
            return null;
        },
    };

    /// <summary>An option with a number.</summary>
    public static Option<T?> Number<T>(string name, string description, string expects)
        where T : struct, ISpanParsable<T> => new(name)
        {
            Description = description,
            HelpName = "n",
            CustomParser = result =>
            {
                if (T.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out T value))
                {
                    return value;
                }

                result.AddError($"{name}: '{result.Tokens[0].Value}' is not {expects}");
                return null;
            },
        };

    /// <summary>The condition that the flags set, if any. What a person writes is rare and is to happen once.</summary>
    public static WriteOptions Condition(this Invocation call) => new()
    {
        ExactlyOnce = true,
        IfAbsent = call.Flags.GetValue(IfAbsent),
        IfRevision = call.Flags.GetValue(IfRevision) is { } revision ? new Revision(revision) : null,
    };

    /// <summary>Adds the conditions of a write, of which a call may use one.</summary>
    public static void AddConditions(this Command command, bool ifAbsent)
    {
        command.Options.Add(IfRevision);
        if (ifAbsent)
        {
            command.Options.Add(IfAbsent);
            command.Validators.Add(result =>
            {
                if (result.GetResult(IfAbsent) is not null && result.GetResult(IfRevision) is not null)
                {
                    result.AddError("--if-absent and --if-revision exclude each other");
                }
            });
        }
    }
}
