using System.Buffers;
using System.Text;
using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Simulation;

/// <summary>Who sends requests through a <see cref="ClientSession"/>.</summary>
internal interface IClient
{
    /// <summary>Tells one client from another.</summary>
    int Number { get; }

    /// <summary>A node answered; the answer is on its way.</summary>
    void Answered(SimHost host, ClientAnswer answer, uint crc);
}

/// <summary>A client's session with one process of one node. It watches that the process keeps the promises of the gate.</summary>
internal sealed class ClientSession(World world, SimHost host, IClient client) : IReplySink
{
    private readonly int _boot = host.Boot;
    private readonly HashSet<ulong> _open = [];
    private IRequestSession? _session;
    private bool _submitting;

    public bool IsUsable => host.Boot == _boot && host.Node is not null;

    public SimHost Host => host;

    /// <summary>Sends one request; it reaches the node after a while, unless the process ends first.</summary>
    public void Send(ulong id, ClientOperation operation, uint timeoutMs, long latency, WriteIdentity identity = default)
    {
        byte[] bytes = ClientRequest.Encode(id, operation, identity, world.PartitionOf(operation.Key), timeoutMs);
        world.After(latency, () => host.Input(_boot, node => Submit(node, id, bytes)));
    }

    public void OnReplies(ReadOnlySpan<byte> replies)
    {
        if (_submitting)
        {
            world.Fail("replies never come from within a submit", $"n{host.Index}");
        }

        while (!replies.IsEmpty)
        {
            if (Reply.TryRead(replies, out Reply reply, out int consumed) != OperationStatus.Done || !_open.Remove(reply.Id))
            {
                world.Fail("each request gets exactly one whole reply", $"n{host.Index} client {client.Number} request {reply.Id}");
                return;
            }

            uint crc = Crc32C.Compute(replies[..consumed]);
            client.Answered(host, new ClientAnswer(reply), crc);
            replies = replies[consumed..];
        }
    }

    private void Submit(ISimNode node, ulong id, byte[] request)
    {
        _session ??= node.Open(this);
        _open.Add(id);
        _submitting = true;
        _session.Submit(request);
        _submitting = false;
    }
}

/// <summary>A reply as a value that can wait for its way to the client.</summary>
internal sealed class ClientAnswer(in Reply reply)
{
    public ulong Id { get; } = reply.Id;

    public FaultCode Fault { get; } = reply.Fault;

    public Outcome Outcome { get; } = reply.Outcome;

    public ReplyFlags Flags { get; } = reply.Flags;

    public Revision Revision { get; } = reply.Revision;

    public long Number { get; } = reply.Number;

    public ulong TimeToLiveMs { get; } = reply.TimeToLiveMs;

    public string Payload { get; } = Encoding.Latin1.GetString(reply.Payload);
}
