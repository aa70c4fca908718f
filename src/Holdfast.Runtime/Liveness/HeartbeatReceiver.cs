using System.Buffers;
using Holdfast.Consensus;
using Holdfast.Primitives;
using Holdfast.Wire.Frames;

namespace Holdfast.Runtime.Liveness;

/// <summary>
/// The heartbeats from another node to this one: expands a frame into its groups' heartbeats, gathers the groups' answers, and
/// sends one answer when all of them are the plain ones; otherwise each goes as a message of its own.
/// </summary>
internal sealed class HeartbeatReceiver(ITransport transport, PeerHandle peer, PeerFrame header)
{
    /// <summary>Twice what a sender remembers, so that a list that it leans on is here.</summary>
    private const int Remembered = 32;

    private readonly Queue<ulong> _order = new();
    private readonly Dictionary<ulong, List<GroupHeartbeat>> _known = [];
    private readonly Dictionary<GroupId, Message> _answers = [];
    private readonly List<GroupHeartbeat> _read = [];
    private readonly List<ulong> _open = [];
    private readonly List<ulong> _plain = [];
    private readonly ArrayBufferWriter<byte> _frame = new(64);

    /// <summary>The heartbeats that a frame stands for; null when it is malformed, or leans on a list that is not known here.</summary>
    public IReadOnlyList<GroupHeartbeat>? Expand(ReadOnlySpan<byte> body)
    {
        _read.Clear();
        if (!HeartbeatFrame.TryRead(body, out ulong epoch, _read))
        {
            return null;
        }

        if (_read.Count > 0)
        {
            Remember(epoch);
        }
        else if (!_known.ContainsKey(epoch))
        {
            SendAnswer(epoch, isKnown: false);
            return null;
        }

        _open.Add(epoch);
        return _known[epoch];
    }

    /// <summary>All groups of the frame that was expanded last gave the plain answer: none of them is added.</summary>
    public void AnswerPlainly()
    {
        _plain.Add(_open[^1]);
        _open.RemoveAt(_open.Count - 1);
    }

    /// <summary>A group's answer to its heartbeat.</summary>
    public void Add(GroupId group, in Message answer) => _answers[group] = answer;

    /// <summary>Answers the frames that came; answers that a frame's does not stand for go to <paramref name="single"/>.</summary>
    public void Flush(Action<GroupId, Message> single)
    {
        foreach (ulong epoch in _plain)
        {
            SendAnswer(epoch, isKnown: true);
        }

        _plain.Clear();
        if (_open.Count == 0 && _answers.Count == 0)
        {
            return;
        }

        foreach (ulong epoch in _open)
        {
            if (_known.TryGetValue(epoch, out List<GroupHeartbeat>? list) && list.TrueForAll(IsAnsweredPlainly))
            {
                SendAnswer(epoch, isKnown: true);
                foreach (GroupHeartbeat heartbeat in list)
                {
                    _answers.Remove(heartbeat.Group);
                }
            }
        }

        foreach ((GroupId group, Message answer) in _answers)
        {
            single(group, answer);
        }

        _open.Clear();
        _answers.Clear();
    }

    private bool IsAnsweredPlainly(GroupHeartbeat heartbeat) =>
        _answers.TryGetValue(heartbeat.Group, out Message answer)
        && answer.From == heartbeat.To && answer.To == heartbeat.From
        && answer.Term == heartbeat.Term && answer.Round == heartbeat.Round;

    private void SendAnswer(ulong epoch, bool isKnown)
    {
        _frame.ResetWrittenCount();
        header.Write(_frame);
        HeartbeatFrame.WriteAnswer(_frame, epoch, isKnown);
        transport.Send(peer, TransportLane.Liveness, _frame.WrittenSpan);
    }

    private void Remember(ulong epoch)
    {
        if (!_known.ContainsKey(epoch))
        {
            _known.Add(epoch, [.. _read]);
            _order.Enqueue(epoch);
            if (_order.Count > Remembered)
            {
                _known.Remove(_order.Dequeue());
            }
        }
    }
}
