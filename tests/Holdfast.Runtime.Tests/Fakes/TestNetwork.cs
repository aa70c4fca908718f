using Holdfast.Primitives;

namespace Holdfast.Runtime.Tests.Fakes;

/// <summary>Carries frames between nodes in the order sent, and can keep nodes apart.</summary>
internal sealed class TestNetwork
{
    private readonly Queue<(TestNode From, string To, byte[] Frame)> _frames = new();
    private readonly HashSet<string> _cutOff = [];

    /// <summary>The nodes that run, by address.</summary>
    public Dictionary<string, TestNode> Nodes { get; } = [];

    /// <summary>Frames that this answers with true are lost on their way.</summary>
    public Func<TestNode, TransportLane, byte[], bool> Loses { get; set; } = (_, _, _) => false;

    /// <summary>The frames sent so far, for tests that count.</summary>
    public List<(TransportLane Lane, int Length)> Sent { get; } = [];

    public bool IsConnected(string from, string to) => !_cutOff.Contains(from) && !_cutOff.Contains(to) && Nodes.ContainsKey(to);

    public bool Send(TestNode from, string to, TransportLane lane, ReadOnlySpan<byte> frame)
    {
        if (!IsConnected(from.Address, to))
        {
            return false;
        }

        byte[] copy = frame.ToArray();
        Sent.Add((lane, copy.Length));
        if (!Loses(from, lane, copy))
        {
            _frames.Enqueue((from, to, copy));
        }

        return true;
    }

    /// <summary>Parts a node from all others; their connections break.</summary>
    public void CutOff(string address)
    {
        _cutOff.Add(address);
        Break(address);
    }

    public void Reconnect(string address) => _cutOff.Remove(address);

    /// <summary>The connections to and from a node break.</summary>
    public void Break(string address)
    {
        foreach (TestNode node in Nodes.Values)
        {
            node.Disconnected(other => node.Address == address || other == address);
        }
    }

    /// <summary>Delivers what was sent before the call.</summary>
    public void Deliver(long nowMicros)
    {
        for (int remaining = _frames.Count; remaining > 0; remaining--)
        {
            (TestNode from, string to, byte[] frame) = _frames.Dequeue();
            if (IsConnected(from.Address, to))
            {
                Nodes[to].Receive(frame, nowMicros);
            }
        }
    }
}
