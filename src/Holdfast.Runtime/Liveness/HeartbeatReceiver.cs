using System.Buffers;
using System.Runtime.InteropServices;
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

    private readonly HeartbeatLists _known = new(Remembered);
    private readonly Dictionary<GroupId, Message> _answers = [];
    private readonly List<GroupHeartbeat> _read = [];
    private readonly List<ulong> _open = [];
    private readonly List<ulong> _plain = [];
    private readonly ArrayBufferWriter<byte> _frame = new(64);

    /// <summary>
    /// The heartbeats that a frame stands for, until the next one is expanded; none when it is malformed, or leans on a list that is not
    /// known here.
    /// </summary>
    public ReadOnlySpan<GroupHeartbeat> Expand(ReadOnlySpan<byte> body)
    {
        _read.Clear();
        if (!HeartbeatFrame.TryRead(body, out ulong epoch, _read))
        {
            return default;
        }

        HeartbeatList? list = _known.Find(epoch);
        if (list is null && _read.Count == 0)
        {
            SendAnswer(epoch, isKnown: false);
            return default;
        }

        list ??= _known.Remember(epoch, CollectionsMarshal.AsSpan(_read));
        _open.Add(epoch);
        return list.Heartbeats;
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
            if (_known.Find(epoch) is { } list && AreAnsweredPlainly(list.Heartbeats))
            {
                SendAnswer(epoch, isKnown: true);
                foreach (ref readonly GroupHeartbeat heartbeat in list.Heartbeats)
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

    private bool AreAnsweredPlainly(ReadOnlySpan<GroupHeartbeat> heartbeats)
    {
        foreach (ref readonly GroupHeartbeat heartbeat in heartbeats)
        {
            if (!_answers.TryGetValue(heartbeat.Group, out Message answer)
                || answer.From != heartbeat.To || answer.To != heartbeat.From
                || answer.Term != heartbeat.Term || answer.Round != heartbeat.Round)
            {
                return false;
            }
        }

        return true;
    }

    private void SendAnswer(ulong epoch, bool isKnown)
    {
        _frame.ResetWrittenCount();
        header.Write(_frame);
        HeartbeatFrame.WriteAnswer(_frame, epoch, isKnown);
        transport.Send(peer, TransportLane.Liveness, _frame.WrittenSpan);
    }
}
