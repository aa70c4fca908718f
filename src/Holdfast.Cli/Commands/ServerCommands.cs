using System.CommandLine;
using Holdfast.Cli.Hosting;
using Holdfast.Cli.Settings;

namespace Holdfast.Cli.Commands;

/// <summary><c>server</c>: one node.</summary>
internal sealed class ServerCommand : Command
{
    public ServerCommand(CliHost host)
        : base("server", "Runs one node until SIGTERM or Ctrl-C")
    {
        foreach (Setting setting in ServerSettings.OfServer)
        {
            Options.Add(setting.Option);
        }

        SetAction((flags, cancellationToken) =>
        {
            var sources = new SettingSources(flags, host.Variable, AllSettings.Known);
            return host.Servers.RunServerAsync(ServerSettings.Server(sources), cancellationToken);
        });
    }
}

/// <summary><c>dev</c>: a cluster in one process, to try things on.</summary>
internal sealed class DevCommand : Command
{
    public DevCommand(CliHost host)
        : base("dev", "Runs a whole cluster in this process, with its data in ./data")
    {
        foreach (Setting setting in ServerSettings.OfDev)
        {
            Options.Add(setting.Option);
        }

        SetAction((flags, cancellationToken) =>
        {
            var sources = new SettingSources(flags, host.Variable, AllSettings.Known);
            return host.Servers.RunDevAsync(ServerSettings.Dev(sources), cancellationToken);
        });
    }
}
