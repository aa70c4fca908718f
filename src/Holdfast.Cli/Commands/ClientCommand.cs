using System.CommandLine;
using Holdfast.Cli.Hosting;
using Holdfast.Cli.Settings;
using Holdfast.Client;

namespace Holdfast.Cli.Commands;

/// <summary>One call of a command that works over a client.</summary>
internal sealed record Invocation(CliHost Host, ParseResult Flags, SettingSources Settings, IHoldfastClient Client)
{
    /// <summary>Whether the answer is to be JSON.</summary>
    public bool Json => Flags.GetValue(Switches.Json);

    /// <summary>Prints a line of the answer.</summary>
    public void Say(string line) => Host.Out.WriteLine(line);
}

/// <summary>A command that works over a client.</summary>
internal abstract class ClientCommand : Command
{
    private readonly CliHost _host;
    private readonly bool _patient;

    /// <param name="host">The outside.</param>
    /// <param name="name">The command's name.</param>
    /// <param name="description">What it does.</param>
    /// <param name="patient">Whether it waits for nodes that don't take connections.</param>
    protected ClientCommand(CliHost host, string name, string description, bool patient = false)
        : base(name, description)
    {
        _host = host;
        _patient = patient;
        foreach (Setting setting in ClientSettings.Common)
        {
            Options.Add(setting.Option);
        }

        SetAction(InvokeAsync);
    }

    protected abstract Task<int> RunAsync(Invocation call, CancellationToken cancellationToken);

    private async Task<int> InvokeAsync(ParseResult flags, CancellationToken cancellationToken)
    {
        var sources = new SettingSources(flags, _host.Variable, AllSettings.Known);
        await using ClientLease lease = _host.Connect(ClientSettings.Options(sources, _patient));
        return await RunAsync(new Invocation(_host, flags, sources, lease.Client), cancellationToken);
    }
}
