using System.Globalization;
using System.Net.Sockets;
using Holdfast.Client;
using Holdfast.Primitives;
using Holdfast.Runtime;
using Holdfast.Server.Hosting;

namespace Holdfast.Server;

/// <summary>Runs a cluster in one process, to try Holdfast with one command.</summary>
public static class DevProgram
{
    private static readonly TimeSpan ReadyPoll = TimeSpan.FromMilliseconds(20);

    /// <summary>Runs the nodes until told to stop. Gives the exit status: 0 stopped as asked, 1 failed.</summary>
    public static async Task<int> RunAsync(DevOptions options, CancellationToken cancellationToken)
    {
        ServerOptions[] nodes = [.. Enumerable.Range(0, options.Nodes).Select(id => OptionsOf(options, id))];
        List<NodeHost> hosts = [];
        try
        {
            foreach (ServerOptions node in nodes)
            {
                hosts.Add(await NodeHost.StartAsync(node));
            }
        }
        catch (Exception failure) when (failure is NodeStoppedException or DiskException or SocketException)
        {
            await Console.Error.WriteLineAsync($"holdfast dev: {failure.Message}");
            foreach (NodeHost host in hosts)
            {
                await host.DisposeAsync();
            }

            return 1;
        }

        SayWhere(options, hosts);
        Task<int[]> stopped = Task.WhenAll(hosts.Select((host, i) => ServerProgram.RunAsync(host, nodes[i], cancellationToken)));
        if (await IsReadyBeforeAsync(stopped, hosts))
        {
            SayWhatToTry(options);
        }

        return (await stopped).Max();
    }

    /// <summary>Whoever does at once what we say to try, as a script does, must not meet a cluster that is still forming.</summary>
    private static async Task<bool> IsReadyBeforeAsync(Task stopped, List<NodeHost> hosts)
    {
        while (!stopped.IsCompleted && hosts.Exists(host => host.View.Current.WaitingFor is not null))
        {
            await Task.WhenAny(stopped, Task.Delay(ReadyPoll));
        }

        return !stopped.IsCompleted;
    }

    private static ServerOptions OptionsOf(DevOptions options, int id) => new()
    {
        Id = (uint)id,
        Port = options.Port + id,
        RespClusterPort = options.RespClusterPort is > 0 and int first ? first + id : options.RespClusterPort,
        Peers =
        [
            .. Enumerable.Range(0, options.Nodes).Where(other => other != id).Select(other => new Endpoint("localhost", options.Port + other)),
        ],
        Data = Path.Combine(options.Data, string.Create(CultureInfo.InvariantCulture, $"node-{id}")),
        Partitions = options.Partitions,
    };

    private static void SayWhere(DevOptions options, List<NodeHost> hosts)
    {
        Console.WriteLine($"Holdfast runs {hosts.Count} nodes in this process, with their data in {Path.GetFullPath(options.Data)}:");
        foreach (NodeHost host in hosts)
        {
            Console.WriteLine(host.ClusterAddress is { } cluster ? $"  {host.Address}, for cluster-aware Redis clients {cluster}" : $"  {host.Address}");
        }
    }

    private static void SayWhatToTry(DevOptions options)
    {
        Console.WriteLine("Try, in another terminal:");
        Console.WriteLine($"  curl -X PUT localhost:{options.Port}/v1/kv/greeting -d hello");
        Console.WriteLine($"  redis-cli -p {options.Port + options.Nodes - 1} GET greeting");
        Console.WriteLine($"  ./holdfast status --endpoint localhost:{options.Port}");
    }
}
