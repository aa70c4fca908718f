using System.Buffers;
using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Resp.Commands;
using Holdfast.Resp.Pending;
using Holdfast.Resp.Protocol;
using Holdfast.Resp.Server;

namespace Holdfast.Resp;

/// <summary>
/// One connection that speaks the Redis protocol, without I/O: bytes in, bytes out. Commands become requests to the gate;
/// their replies come in any order and go out in the order of the commands. Used by one thread at a time, which is also the
/// one that calls <see cref="OnReplies"/>.
/// </summary>
public sealed partial class RespSession : IReplySink, IDisposable
{
    // Requests beyond this are handed over before the input is used up, so that a long pipeline does not make one large buffer.
    private const int HandOverBytes = 256 * 1024;

    // How much a connection's pending replies may take, going by the length of its recent ones.
    private const int ReplyBudgetBytes = 16 * 1024 * 1024;

    private readonly IRespOutput _output;
    private readonly IRequestSession _gate;
    private readonly RespParser _parser;
    private readonly PendingQueue _pending = new();
    private readonly HeldReplies _held = new();
    private readonly RequestBuffer _requests = new();
    private long _pendingBytes;
    private int _expectedReplyBytes = ReplyBudgetBytes / 64;
    private ulong? _exclusive;
    private bool _waitsForPending;
    private bool _closing;
    private bool _disposed;

    /// <summary>Opens a session on the server's gate and makes it known to CLIENT LIST.</summary>
    public RespSession(RespOptions options, RespServer server, IRespOutput output, RespEndpoints endpoints = default)
    {
        Options = options;
        Server = server;
        _output = output;
        Client = server.Register(endpoints, output);
        _parser = new RespParser { MaxBulkBytes = RespParser.MaxLineBytes, MaxCommandBytes = options.MaxCommandBytes };
        _gate = server.Gate.Open(this);
    }

    /// <summary>
    /// Whether <see cref="Consume"/> can make progress now. The host stops reading from the connection while it is false,
    /// keeps what was not consumed, and offers that again when it turns true.
    /// </summary>
    public bool WantsInput => TakesCommands && !(_waitsForPending && _pending.Count > 0);

    /// <summary>Whether the connection ends once the output is sent (QUIT, protocol error). Nothing more is consumed or written then.</summary>
    public bool CloseAfterFlush => _closing && _pending.Count == 0;

    /// <summary>Whether all commands that were consumed have been answered.</summary>
    public bool IsIdle => _pending.Count == 0;

    /// <summary>
    /// The least length of input, with what was not consumed, at which the next <see cref="Consume"/> can make progress; at
    /// least 1. The host sizes its buffer by it, and need not call earlier.
    /// </summary>
    public int NeededBytes => _parser.NeededBytes;

    /// <summary>The bounds of this session.</summary>
    internal RespOptions Options { get; }

    /// <summary>What the sessions share.</summary>
    internal RespServer Server { get; }

    /// <summary>This connection as CLIENT sees it.</summary>
    internal RespClient Client { get; }

    private bool TakesCommands =>
        !_closing && !_disposed && _exclusive is null && _pending.Count < PendingLimit &&
        _pendingBytes < Options.MaxPendingBytes && _held.RentedBytes < Options.MaxUnsentBytes && _output.UnsentBytes < Options.MaxUnsentBytes;

    /// <summary>Fewer commands may be pending where replies are long: nobody can tell how long the next ones will be.</summary>
    private int PendingLimit => Math.Clamp(ReplyBudgetBytes / _expectedReplyBytes, 1, Options.MaxPendingCommands);

    /// <summary>
    /// Carries out as many commands as are whole and as back-pressure allows, and returns the number of bytes used up. The
    /// rest must be given again, unchanged, with more bytes behind it: parsing goes on where it stopped.
    /// </summary>
    public int Consume(ReadOnlySpan<byte> input)
    {
        _parser.MaxBulkBytes = Math.Max(Server.Gate.MaxValueBytes, RespParser.MaxLineBytes);
        _parser.MaxCommandBytes = Math.Max(Options.MaxCommandBytes, _parser.MaxBulkBytes + (long)RespParser.MaxLineBytes);
        Client.ActiveMs = Server.Clock.MonotonicMs;
        _waitsForPending = false;
        int consumed = 0;
        while (consumed < input.Length && TakesCommands)
        {
            ReadOnlySpan<byte> rest = input[consumed..];
            ParseStatus status = _parser.Read(rest, out int used);
            if (status == ParseStatus.NeedMoreData)
            {
                consumed += used;
                break;
            }

            if (!CarryOut(status, rest))
            {
                break;
            }

            consumed += used;
            _parser.Next();
        }

        HandOver();
        _output.Changed();
        return consumed;
    }

    /// <inheritdoc/>
    public void OnReplies(ReadOnlySpan<byte> replies)
    {
        if (_disposed)
        {
            return;
        }

        while (!replies.IsEmpty)
        {
            OperationStatus status = Reply.TryRead(replies, out Reply reply, out int used);
            Invariant.Require(status == OperationStatus.Done, "a gate gives whole replies");
            replies = replies[used..];
            Answer(reply);
        }

        HandOver();
        _output.Changed();
    }

    /// <summary>Closes the session: outstanding replies are dropped, requests already sent may still take effect.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _gate.Dispose();
        Server.Unregister(Client);
        while (_pending.Count > 0)
        {
            ref PendingCommand command = ref _pending[_pending.First];
            _held.Release(command.Held);
            command.Gathered?.Release(_held);
            _pending.RemoveFirst();
        }

        _held.Trim();
        _requests.Clear();
    }

    /// <summary>Ends the connection after the replies to the commands so far.</summary>
    internal void CloseAfterReplies() => _closing = true;

    /// <summary>Carries out what the parser found; false when that must wait for earlier commands.</summary>
    private bool CarryOut(ParseStatus status, ReadOnlySpan<byte> input)
    {
        switch (status)
        {
            case ParseStatus.Command:
                RespCommand command = _parser.Command(input);
                return CarryOut(command);
            case ParseStatus.Refused:
                BeginCommand();
                Transaction.Doom();
                Writer.Error("ERR " + _parser.Error);
                EndCommand();
                return true;
            case ParseStatus.ProtocolError:
                BeginCommand();
                Writer.Error("ERR " + _parser.Error);
                EndCommand();
                _closing = true;
                return true;
            default:
                return true;
        }
    }

    private bool CarryOut(in RespCommand command)
    {
        CommandSpec? spec = CommandTable.Find(command);
        if (spec is { OverPartitions: true } && _pending.Count > 0 && !Transaction.IsOpen)
        {
            _waitsForPending = true;
            return false;
        }

        BeginCommand();
        if (spec is not null && spec.TakesCount(command.Count))
        {
            Client.LastCommand = spec.FullName;
            Client.CountCommand();
            CarryOutOrQueue(spec, command);
        }
        else
        {
            CommandErrors.Write(this, command, spec, _parser.IsInline);
        }

        Client.QueuedCommands = Transaction.QueuedCommands;

        EndCommand();
        return true;
    }

    private bool CanReachData(CommandSpec spec, in RespCommand command)
    {
        if (Server.Gate.PartitionCount == 0)
        {
            Writer.Error(FaultText.Starting);
            return false;
        }

        int last = spec.Keys.LastIn(command.Count);
        for (int i = spec.Keys.First; i > 0 && i <= last; i += spec.Keys.Step)
        {
            if (command[i].Length is 0 or > Limits.MaxKeyBytes)
            {
                Writer.Error("ERR invalid-key not-applied: a key has 1 to 4096 bytes"u8);
                return false;
            }
        }

        return true;
    }

    private void HandOver()
    {
        if (!_requests.Written.IsEmpty)
        {
            _gate.Submit(_requests.Written);
            _requests.Clear();
        }
    }
}
