using System.Text;
using Holdfast.Cli.Hosting;
using Holdfast.Cli.Output;
using Holdfast.Client;

namespace Holdfast.Cli.Commands;

/// <summary><c>put KEY VALUE</c></summary>
internal sealed class PutCommand : ClientCommand
{
    public PutCommand(CliHost host)
        : base(host, "put", "Sets a key to a value")
    {
        this.AddValue();
        this.AddConditions(ifAbsent: true);
        Options.Add(Switches.Json);
        Options.Add(Switches.TimeToLive);
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        byte[] key = Encoding.UTF8.GetBytes(call.Flags.GetRequiredValue(Switches.Key));
        byte[] value = await ValueSource.ReadAsync(call, cancellationToken);
        PutResult result = await call.Client.PutAsync(key, value, call.Condition() with { TimeToLive = call.Flags.GetValue(Switches.TimeToLive) }, cancellationToken);
        call.Say(call.Json
            ? JsonText.Object(("revision", result.Revision.Value), ("created", result.Created))
            : $"{(result.Created ? "created" : "replaced")}, revision {result.Revision}");
        return ExitStatus.Done;
    }
}
