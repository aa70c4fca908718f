using System.Buffers;
using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Resp.Pending;
using Holdfast.Resp.Protocol;

namespace Holdfast.Resp;

// How commands become pending, and how replies go out in their order.
public sealed partial class RespSession
{
    private bool _repliesOff;
    private bool _skipNext;
    private bool _silent;
    private bool _replying;
    private bool _replyingHeld;
    private int _commandBytes;

    /// <summary>
    /// Writes the reply of the command at hand, which the session answers by itself: to the output when no earlier command
    /// is pending, else to be held until its turn.
    /// </summary>
    internal RespWriter Writer
    {
        get
        {
            if (Transaction.IsTaking)
            {
                return Transaction.Writer(Client.Resp3);
            }

            if (!_replying)
            {
                _replying = true;
                _replyingHeld = _silent || _pending.Count > 0;
                if (_replyingHeld)
                {
                    _held.Begin();
                }
            }

            return new RespWriter(_replyingHeld ? _held : _output.Writer, Client.Resp3);
        }
    }

    /// <summary>Turns replies on or off from the command at hand on (CLIENT REPLY).</summary>
    internal void TurnReplies(bool on)
    {
        _repliesOff = !on;
        _silent = !on;
        _skipNext = false;
    }

    /// <summary>Drops the reply to the next command (CLIENT REPLY SKIP).</summary>
    internal void SkipNextReply() => _skipNext = !_repliesOff;

    /// <summary>Makes the command at hand pending on one request; in a transaction it is queued.</summary>
    internal void Ask(ReplyShape shape, Request request)
    {
        if (Transaction.IsTaking)
        {
            Transaction.Take(shape, request);
            return;
        }

        request.Id = RequestId.Of(_pending.Next, 0);
        ref PendingCommand command = ref AddPending(request.Operation.IsWrite());
        command.Shape = shape;
        Send(request);
    }

    /// <summary>Makes the command at hand pending on operations that are one change; a transaction takes them in.</summary>
    internal void Ask(ReplyShape shape, BatchBuilder batch, ReadOnlySpan<byte> key)
    {
        if (Transaction.IsTaking)
        {
            Transaction.Take(shape, batch.ToRequest(key), batch.Count);
            return;
        }

        Ask(shape, batch.ToRequest(key));
    }

    /// <summary>Makes the command at hand pending on several requests, which are sent next; its number is the next one.</summary>
    internal void Gather(GatheredReply gathered, bool exclusive)
    {
        Invariant.Require(gathered.Number == _pending.Next, "a gatherer knows its command's number");
        AddPending(gathered.IsWrite).Gathered = gathered;
        if (exclusive)
        {
            _exclusive = gathered.Number;
        }
    }

    /// <summary>The number that the command at hand gets when it becomes pending.</summary>
    internal ulong NextNumber => _pending.Next;

    /// <summary>Holds later commands back until the command of that number is answered.</summary>
    internal void HoldBackUntil(ulong number) => _exclusive = number;

    /// <summary>Encodes a request for the next hand-over.</summary>
    internal void Send(Request request, bool mayBeStale = true)
    {
        request.TimeoutMs = Options.RequestTimeoutMs;
        if (mayBeStale && ReadsStale && IsStaleRead(request))
        {
            request.Flags |= RequestFlags.Stale;
        }

        _commandBytes += request.EncodedBytes;
        if (_requests.Written.Length > 0 && _requests.Written.Length + request.EncodedBytes > HandOverBytes)
        {
            HandOver();
        }

        request.Write(_requests);
    }

    /// <summary>Keeps bytes for a reply that is being gathered.</summary>
    internal HeldReply Hold(ReadOnlySpan<byte> bytes)
    {
        _held.Begin(bytes.Length);
        _held.Write(bytes);
        return _held.End();
    }

    private void BeginCommand()
    {
        _silent = _repliesOff || _skipNext;
        _skipNext = false;
        _replying = false;
        _commandBytes = 0;
    }

    private void EndCommand()
    {
        if (_commandBytes > 0)
        {
            _pending[_pending.Next - 1].RequestBytes = _commandBytes;
            _pendingBytes += _commandBytes;
        }

        if (!_replying || !_replyingHeld)
        {
            return;
        }

        HeldReply reply = _held.End();
        if (_silent)
        {
            _held.Release(reply);
            _held.Trim();
            return;
        }

        ref PendingCommand command = ref AddPending(isWrite: false);
        command.Held = reply;
        command.Flags |= PendingFlags.Answered;
    }

    private ref PendingCommand AddPending(bool isWrite)
    {
        ref PendingCommand command = ref _pending.Add();
        command.Flags = (Client.Resp3 ? PendingFlags.Resp3 : PendingFlags.None) |
            (_silent ? PendingFlags.Silent : PendingFlags.None) |
            (isWrite ? PendingFlags.Write : PendingFlags.None);
        return ref command;
    }

    /// <summary>Takes the engine's reply to one request and sends out what is due.</summary>
    private void Answer(in Reply reply)
    {
        _expectedReplyBytes = Math.Max(reply.Payload.Length, _expectedReplyBytes - (_expectedReplyBytes / 4));
        _expectedReplyBytes = Math.Max(_expectedReplyBytes, 1);
        ulong number = RequestId.Command(reply.Id);
        ref PendingCommand command = ref _pending[number];
        if (command.Gathered is { } gathered)
        {
            gathered.OnReply(this, RequestId.Part(reply.Id), reply);
            if (gathered.Outstanding > 0)
            {
                return;
            }
        }
        else if (!command.Is(PendingFlags.Silent))
        {
            WriteOrHold(ref command, reply, first: number == _pending.First);
        }

        command.Flags |= PendingFlags.Answered;
        _pendingBytes -= command.RequestBytes;
        if (number == _exclusive)
        {
            _exclusive = null;
        }

        SendAnswered();
    }

    private void WriteOrHold(ref PendingCommand command, in Reply reply, bool first)
    {
        if (first)
        {
            ReplyText.Write(new RespWriter(_output.Writer, command.Is(PendingFlags.Resp3)), command.Shape, command.Is(PendingFlags.Write), reply);
            return;
        }

        _held.Begin(reply.Payload.Length + 64);
        ReplyText.Write(new RespWriter(_held, command.Is(PendingFlags.Resp3)), command.Shape, command.Is(PendingFlags.Write), reply);
        command.Held = _held.End();
    }

    private void SendAnswered()
    {
        while (_pending.Count > 0)
        {
            ref PendingCommand command = ref _pending[_pending.First];
            if (!command.Is(PendingFlags.Answered))
            {
                return;
            }

            if (!command.Is(PendingFlags.Silent) && command.Gathered is { } gathered)
            {
                gathered.Write(new RespWriter(_output.Writer, command.Is(PendingFlags.Resp3)));
            }
            else if (command.Held.Length > 0)
            {
                _output.Writer.Write(command.Held.Bytes);
            }

            command.Gathered?.Release(_held);
            _held.Release(command.Held);
            _pending.RemoveFirst();
        }

        _held.Trim();
    }
}
