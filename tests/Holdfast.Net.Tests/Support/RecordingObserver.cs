using System.Collections.Concurrent;
using System.Net;
using Holdfast.Net.Loop;

namespace Holdfast.Net.Tests.Support;

/// <summary>Keeps what the room reports.</summary>
internal sealed class RecordingObserver : INetworkObserver
{
    internal ConcurrentQueue<Exception> Fatal { get; } = new();

    internal ConcurrentQueue<Exception> HandlerFailures { get; } = new();

    internal ConcurrentQueue<RefusalReason> Refusals { get; } = new();

    internal ConcurrentQueue<int> AcceptFailures { get; } = new();

    public void OnFatal(Exception failure) => Fatal.Enqueue(failure);

    public void OnHandlerFailed(IPEndPoint? remote, Exception failure) => HandlerFailures.Enqueue(failure);

    public void OnRefused(IPEndPoint? remote, RefusalReason reason) => Refusals.Enqueue(reason);

    public void OnAcceptFailed(int errno) => AcceptFailures.Enqueue(errno);
}
