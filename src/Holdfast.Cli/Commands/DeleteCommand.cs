using System.Text;
using Holdfast.Cli.Hosting;
using Holdfast.Cli.Output;
using Holdfast.Client;

namespace Holdfast.Cli.Commands;

/// <summary><c>delete KEY</c></summary>
internal sealed class DeleteCommand : ClientCommand
{
    public DeleteCommand(CliHost host)
        : base(host, "delete", "Removes a key")
    {
        Arguments.Add(Switches.Key);
        this.AddConditions(ifAbsent: false);
        Options.Add(Switches.Json);
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        byte[] key = Encoding.UTF8.GetBytes(call.Flags.GetRequiredValue(Switches.Key));
        DeleteResult result = await call.Client.DeleteAsync(key, call.Condition(), cancellationToken);
        if (call.Json)
        {
            call.Say(JsonText.Object(
                ("deleted", result.Deleted ? 1 : 0), ("revision", result.Deleted ? result.Revision.Value : null)));
            return result.Deleted ? ExitStatus.Done : ExitStatus.Failed;
        }

        if (!result.Deleted)
        {
            throw new CommandFailedException($"the key '{PlainText.Of(key)}' is absent");
        }

        call.Say($"deleted, revision {result.Revision}");
        return ExitStatus.Done;
    }
}
