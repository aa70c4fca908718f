using System.Net;
using System.Net.Sockets;
using Holdfast.Primitives;
using Holdfast.Runtime;
using Holdfast.Server.Hosting;

namespace Holdfast.Server;

/// <summary>Runs one node as a program.</summary>
public static class ServerProgram
{
    /// <summary>Runs a node until it is told to stop or can't go on. Gives the exit status: 0 stopped as asked, 1 failed.</summary>
    public static async Task<int> RunAsync(ServerOptions options, CancellationToken cancellationToken)
    {
        if (options.Bind is { } bind && !IPAddress.IsLoopback(bind) && !options.Insecure)
        {
            return Fail(options, $"--bind {bind} would serve the network without encryption and users: add --insecure if that is meant");
        }

        if (options.Engines > 1)
        {
            return Fail(options, "more than one engine is not in this version yet; leave --engines out");
        }

        NodeHost host;
        try
        {
            host = await NodeHost.StartAsync(options);
        }
        catch (Exception failure) when (failure is NodeStoppedException or DiskException or SocketException)
        {
            return Fail(options, failure.Message);
        }

        string cluster = host.ClusterAddress is { } address ? $", for cluster-aware Redis clients on {address}" : "";
        Console.WriteLine($"holdfast node {options.Id} listens on {host.Address}{cluster}; data in {Path.GetFullPath(options.Data)}");
        return await RunAsync(host, options, cancellationToken);
    }

    internal static async Task<int> RunAsync(NodeHost host, ServerOptions options, CancellationToken cancellationToken)
    {
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = cancellationToken.Register(stop.SetResult);
        if (await Task.WhenAny(stop.Task, host.Failed) == host.Failed)
        {
            // What is in memory can't be trusted any more, or the disk can't: end at once, as in a crash.
            int status = Fail(options, Describe(await host.Failed));
            Environment.Exit(status);
        }

        await host.StopAsync();
        await host.DisposeAsync();
        return 0;
    }

    private static string Describe(Exception failure) => failure is NodeStoppedException or DiskException ? failure.Message : failure.ToString();

    private static int Fail(ServerOptions options, string message)
    {
        Console.Error.WriteLine($"holdfast node {options.Id}: {message}");
        return 1;
    }
}
