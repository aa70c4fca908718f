using System.Net;
using Holdfast.Net.Loop;

namespace Holdfast.Server.Hosting;

/// <summary>What a node tells its operator, a line each on standard error.</summary>
internal sealed class NodeReporter(string name, Action<Exception> fatal) : INetworkObserver
{
    /// <inheritdoc/>
    public void OnFatal(Exception failure) => fatal(failure);

    /// <inheritdoc/>
    public void OnHandlerFailed(IPEndPoint? remote, Exception failure) =>
        Say($"a connection from {remote} was closed, since handling it failed: {failure}");

    /// <inheritdoc/>
    public void OnRefused(IPEndPoint? remote, RefusalReason reason) => Say($"a connection from {remote} was refused: {reason}");

    /// <inheritdoc/>
    public void OnAcceptFailed(int errno) => Say($"accepting a connection failed (errno {errno}); trying again");

    /// <summary>Writes one line.</summary>
    public void Say(string line) => Console.Error.WriteLine($"holdfast {name}: {line}");
}
