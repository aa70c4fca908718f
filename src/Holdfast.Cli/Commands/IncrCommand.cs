using System.CommandLine;
using System.Globalization;
using System.Text;
using Holdfast.Cli.Hosting;
using Holdfast.Cli.Output;
using Holdfast.Client;

namespace Holdfast.Cli.Commands;

/// <summary><c>incr KEY [BY]</c></summary>
internal sealed class IncrCommand : ClientCommand
{
    private static readonly Argument<long> By = new("by")
    {
        Description = "How much to add; may be negative",
        DefaultValueFactory = _ => 1,
        CustomParser = result =>
        {
            if (!long.TryParse(result.Tokens[0].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long by))
            {
                result.AddError($"'{result.Tokens[0].Value}' is not an integer of 64 bits");
            }

            return by;
        },
    };

    public IncrCommand(CliHost host)
        : base(host, "incr", "Adds to the integer that a key holds, and prints the sum")
    {
        Arguments.Add(Switches.Key);
        Arguments.Add(By);
        this.AddConditions(ifAbsent: true);
        Options.Add(Switches.Json);
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        byte[] key = Encoding.UTF8.GetBytes(call.Flags.GetRequiredValue(Switches.Key));
        IncrementResult result = await call.Client.IncrementAsync(key, call.Flags.GetValue(By), call.Condition(), cancellationToken);
        call.Say(call.Json
            ? JsonText.Object(("revision", result.Revision.Value), ("value", result.Value))
            : result.Value.ToString(CultureInfo.InvariantCulture));
        return ExitStatus.Done;
    }
}
