using System.Net;
using Holdfast.Net.Loop;

namespace Holdfast.Bench.Listener;

/// <summary>Says on the standard error output what went wrong.</summary>
internal sealed class ConsoleObserver : INetworkObserver
{
    public void OnFatal(Exception failure) => Console.Error.WriteLine(failure);

    public void OnHandlerFailed(IPEndPoint? remote, Exception failure) => Console.Error.WriteLine($"{remote}: {failure}");

    public void OnRefused(IPEndPoint? remote, RefusalReason reason) => Console.Error.WriteLine($"{remote}: refused, {reason}");

    public void OnAcceptFailed(int errno) => Console.Error.WriteLine($"accept failed: errno {errno}");
}
