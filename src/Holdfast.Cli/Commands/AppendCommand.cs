using System.Text;
using Holdfast.Cli.Hosting;
using Holdfast.Cli.Output;
using Holdfast.Client;

namespace Holdfast.Cli.Commands;

/// <summary><c>append KEY VALUE</c></summary>
internal sealed class AppendCommand : ClientCommand
{
    public AppendCommand(CliHost host)
        : base(host, "append", "Appends to the value of a key; creates the key when absent")
    {
        this.AddValue();
        this.AddConditions(ifAbsent: true);
        Options.Add(Switches.Json);
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        byte[] key = Encoding.UTF8.GetBytes(call.Flags.GetRequiredValue(Switches.Key));
        byte[] value = await ValueSource.ReadAsync(call, cancellationToken);
        AppendResult result = await call.Client.AppendAsync(key, value, call.Condition(), cancellationToken);
        call.Say(call.Json
            ? JsonText.Object(("revision", result.Revision.Value), ("length", result.Length), ("created", result.Created))
            : $"length {result.Length}, revision {result.Revision}");
        return ExitStatus.Done;
    }
}
