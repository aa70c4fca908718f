using System.CommandLine;
using System.Text;
using Holdfast.Cli.Hosting;
using Holdfast.Cli.Output;
using Holdfast.Client;

namespace Holdfast.Cli.Commands;

/// <summary><c>get KEY</c></summary>
internal sealed class GetCommand : ClientCommand
{
    private static readonly Option<bool> Raw = new("--raw") { Description = "Without the newline after the value" };

    public GetCommand(CliHost host)
        : base(host, "get", "Prints the value of a key")
    {
        Arguments.Add(Switches.Key);
        Options.Add(Raw);
        Options.Add(Switches.File);
        Options.Add(Switches.Json);
        Options.Add(Switches.Stale);
    }

    protected override async Task<int> RunAsync(Invocation call, CancellationToken cancellationToken)
    {
        byte[] key = Encoding.UTF8.GetBytes(call.Flags.GetRequiredValue(Switches.Key));
        var options = new ReadOptions { Stale = call.Flags.GetValue(Switches.Stale) };
        StoredValue stored = await call.Client.GetAsync(key, options, cancellationToken)
            ?? throw new CommandFailedException($"the key '{PlainText.Of(key)}' is absent");
        if (call.Json)
        {
            call.Say(JsonText.Item(new ListItem(key, stored.Value, stored.Revision, stored.TimeToLive)));
            return ExitStatus.Done;
        }

        string file = call.Flags.GetValue(Switches.File) ?? "-";
        if (file == "-")
        {
            bool newline = !call.Flags.GetValue(Raw) && call.Flags.GetValue(Switches.File) is null;
            byte[] bytes = newline ? [.. stored.Value, (byte)'\n'] : stored.Value;
            await call.Host.Output.WriteAsync(bytes, cancellationToken);
            return ExitStatus.Done;
        }

        await using AtomicFile target = AtomicFile.Create(file);
        await target.Stream.WriteAsync(stored.Value, cancellationToken);
        target.Commit();
        return ExitStatus.Done;
    }
}
