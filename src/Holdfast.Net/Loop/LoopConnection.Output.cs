using Holdfast.Net.Linux;

namespace Holdfast.Net.Loop;

/// <summary>How output leaves: at the end of an iteration, or when the kernel has room again.</summary>
public sealed partial class LoopConnection
{
    private bool _isDirty;
    private bool _isWaitingToWrite;
    private bool _hadToWait;

    internal void OnOutputWritten()
    {
        if (!_isDirty && !_isWaitingToWrite)
        {
            MarkDirty();
        }
        else if (PendingOutput > OutputLimit)
        {
            // It waits for the other side, which doesn't read: no flush would notice.
            MarkDirty();
        }
    }

    /// <summary>Sends what is pending. Called once for each connection that was marked.</summary>
    internal void Flush()
    {
        _isDirty = false;
        if (_state is not (State.Open or State.Flushing))
        {
            return;
        }

        if (!_isWaitingToWrite && _output.Pending > 0 && !TrySend())
        {
            return;
        }

        if (_output.Pending > OutputLimit)
        {
            End(CloseReason.OutputLimit);
            return;
        }

        if (_output.Pending > 0 && !_isWaitingToWrite)
        {
            MarkDirty();
        }

        UnblockInput();
        UpdateInterest();
        if (_output.Pending == 0)
        {
            Drained();
        }
    }

    private bool TrySend()
    {
        int sent = _output.Send(_fd, Loop.Options.WriteBytes, out bool isBlocked);
        if (sent < 0)
        {
            Fail(-sent);
            return false;
        }

        _isWaitingToWrite = isBlocked && _output.Pending > 0;
        _hadToWait |= _isWaitingToWrite;
        return true;
    }

    private void UnblockInput()
    {
        if (IsOutputHigh)
        {
            _isOutputBlocking = true;
        }
        else if (_isOutputBlocking && _output.Pending <= OutputHighWater / 2)
        {
            _isOutputBlocking = false;
            Loop.QueueResumed(this);
        }
    }

    private void Drained()
    {
        if (_state == State.Flushing)
        {
            Linger();
        }
        else if (_hadToWait)
        {
            _hadToWait = false;
            try
            {
                _handler.OnDrained(this);
            }
            catch (Exception failure) when (EventLoop.IsSurvivable(failure))
            {
                HandlerFailed(failure);
            }
        }
    }

    private void Linger()
    {
        if (_isInputEnded)
        {
            End(CloseReason.Requested);
            return;
        }

        TcpSocket.EndOutput(_fd);
        _state = State.Lingering;
        UpdateInterest();
    }

    private void MarkDirty()
    {
        if (!_isDirty)
        {
            _isDirty = true;
            Loop.QueueDirty(this);
        }
    }
}
