using Holdfast.Net.Linux;
using Holdfast.Primitives;

namespace Holdfast.Net.Loop;

/// <summary>
/// How bytes reach the handler. As long as little is left unconsumed, all connections share the loop's buffer: what is left goes
/// in front and new bytes behind it. A connection in the middle of something large receives right into a buffer of its own.
/// </summary>
public sealed partial class LoopConnection
{
    private InputBuffer _input;
    private int _awaited;
    private bool _isPaused;
    private bool _isOutputBlocking;
    private bool _isInputEnded;
    private bool _isEndTold;

    /// <summary>Gives the handler what it left, after a pause or after high output has drained.</summary>
    internal void Redeliver()
    {
        UpdateInterest();
        if (WantsDelivery && _input.Length > 0 && _input.Length >= _awaited)
        {
            DeliverOwn();
        }

        TellEndOfInput();
    }

    private bool WantsDelivery => _state == State.Open && !_isPaused && !_isOutputBlocking;

    private void Receive()
    {
        if (_input.Length >= _handler.InputLimit)
        {
            // Full while it was paused, and about to be delivered.
            return;
        }

        int received = _input.Length <= EventLoop.SharedInputHeadroom ? ReceiveShared() : ReceiveOwn();
        if (received > 0)
        {
            return;
        }

        if (received < 0)
        {
            if (!Errno.IsRetry(-received))
            {
                Fail(-received);
            }

            return;
        }

        _isInputEnded = true;
        UpdateInterest();
        TellEndOfInput();
    }

    private int ReceiveShared()
    {
        int held = _input.Length;
        Span<byte> buffer = Loop.SharedInput;
        int wanted = Math.Min(Loop.Options.ReadBytes, _handler.InputLimit - held);
        int received = TcpSocket.Receive(_fd, buffer.Slice(held, wanted));
        if (received <= 0)
        {
            return received;
        }

        _input.Bytes.CopyTo(buffer);
        ReadOnlySpan<byte> all = buffer[..(held + received)];
        int consumed = all.Length >= _awaited ? Deliver(all) : 0;
        if (_state == State.Open)
        {
            _input.Replace(all[consumed..]);
            CheckInputLimit();
        }

        return received;
    }

    private int ReceiveOwn()
    {
        Span<byte> room = _input.Room(_awaited);
        int wanted = Math.Min(Math.Min(room.Length, Loop.Options.ReadBytes), _handler.InputLimit - _input.Length);
        int received = TcpSocket.Receive(_fd, room[..wanted]);
        if (received > 0)
        {
            _input.Commit(received);
            if (_input.Length >= _awaited)
            {
                DeliverOwn();
            }
        }

        return received;
    }

    private void DeliverOwn()
    {
        int consumed = Deliver(_input.Bytes);
        if (_state == State.Open)
        {
            _input.Consume(consumed);
            CheckInputLimit();
        }
    }

    private int Deliver(ReadOnlySpan<byte> data)
    {
        _awaited = 0;
        try
        {
            int consumed = _handler.OnData(this, data);
            Invariant.Require((uint)consumed <= (uint)data.Length, $"a handler consumes what it was given: {consumed} of {data.Length}");
            _isOutputBlocking |= consumed < data.Length && IsOutputHigh;
            return consumed;
        }
        catch (Exception failure) when (EventLoop.IsSurvivable(failure))
        {
            HandlerFailed(failure);
            return data.Length;
        }
    }

    private void CheckInputLimit()
    {
        if (WantsDelivery && (_input.Length >= _handler.InputLimit || _awaited > _handler.InputLimit))
        {
            End(CloseReason.InputLimit);
        }
    }

    private void TellEndOfInput()
    {
        if (!_isInputEnded || _isEndTold || !WantsDelivery)
        {
            return;
        }

        _isEndTold = true;
        try
        {
            _handler.OnEndOfInput(this);
        }
        catch (Exception failure) when (EventLoop.IsSurvivable(failure))
        {
            HandlerFailed(failure);
        }
    }

    private void Discard()
    {
        int received = TcpSocket.Receive(_fd, Loop.SharedInput);
        if (received == 0 || (received < 0 && !Errno.IsRetry(-received)))
        {
            End(CloseReason.Requested);
        }
    }
}
