using System.Buffers;
using System.Globalization;
using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Resp.Pending;
using Holdfast.Resp.Protocol;

namespace Holdfast.Resp.Transactions;

/// <summary>
/// The transaction of one connection: a check for each watched key and, from MULTI on, the operations of the queued commands, in
/// one batch that EXEC sends. While a command is queued its handler runs as it always does, but what it asks for and answers with
/// is taken here.
/// </summary>
internal sealed class Transaction
{
    /// <summary>What is said of more than one change takes.</summary>
    public static readonly string TooLarge = string.Create(
        CultureInfo.InvariantCulture,
        $"ERR too large for one atomic change: it has at most {Limits.MaxBatchOperations} operations and {Limits.MaxBatchBytes >> 20} MiB");

    private BatchBuilder? _batch;
    private byte[] _key = [];
    private int _checks;
    private string? _refusal;
    private int _knownBefore;

    /// <summary>What is queued, between MULTI and EXEC or DISCARD; else null.</summary>
    public TransactionQueue? Queue { get; private set; }

    /// <summary>Whether commands are being queued.</summary>
    public bool IsOpen => Queue is not null;

    /// <summary>Whether a command was refused, so that EXEC will do nothing.</summary>
    public bool IsDoomed { get; private set; }

    /// <summary>Whether a command is being queued at this moment.</summary>
    public bool IsTaking { get; private set; }

    /// <summary>Whether keys are watched.</summary>
    public bool IsWatching => _checks > 0;

    /// <summary>Whether there is something to ask the store: an operation, or a check.</summary>
    public bool HasOperations => _batch is { Count: > 0 };

    /// <summary>Whether an operation changes state.</summary>
    public bool IsWrite { get; private set; }

    /// <summary>A key of it, which all others share their slot with; empty while it has none.</summary>
    public ReadOnlySpan<byte> Key => _key;

    /// <summary>How many commands are queued; -1 outside of MULTI, as CLIENT LIST shows it.</summary>
    public int QueuedCommands => Queue?.Count ?? -1;

    private BatchBuilder Batch => _batch ??= new BatchBuilder();

    /// <summary>Whether so many more keys, of so many bytes in all, can be watched.</summary>
    public bool CanWatch(int keys, long keyBytes) => Fits(keys, (keys * (long)Request.HeaderBytes) + keyBytes);

    /// <summary>Watches a key: EXEC does nothing when its revision is another then. Zero: when it is there.</summary>
    public void Watch(byte[] key, Revision revision)
    {
        Invariant.Require(!IsOpen, "keys are watched before the transaction begins");
        Join(key);
        Batch.Add(new Request
        {
            Operation = Operation.Check,
            Flags = revision == default ? RequestFlags.IfAbsent : RequestFlags.IfRevision,
            Revision = revision,
            Key = key,
        });
        _checks++;
    }

    /// <summary>Begins to queue (MULTI).</summary>
    public void Open()
    {
        Invariant.Require(!IsOpen, "transactions are not nested");
        Queue = new TransactionQueue(_checks);
    }

    /// <summary>Makes EXEC refuse, and drops what is queued.</summary>
    public void Doom()
    {
        if (IsOpen)
        {
            Forget();
            Open();
            IsDoomed = true;
        }
    }

    /// <summary>Ends it, and forgets what is watched and queued.</summary>
    public void Forget()
    {
        _batch = null;
        _key = [];
        _checks = 0;
        IsWrite = false;
        Queue = null;
        IsDoomed = false;
    }

    /// <summary>The batch as a request; good until the next change of this.</summary>
    public Request ToRequest() => Batch.ToRequest(_key, sequential: true);

    /// <summary>Begins to queue a command.</summary>
    public void BeginCommand()
    {
        Invariant.Require(IsOpen && !IsDoomed, "commands are queued in a transaction that can be carried out");
        IsTaking = true;
        _refusal = null;
        _knownBefore = Queue!.KnownBytes;
    }

    /// <summary>Writes a reply of the command that is being queued.</summary>
    public RespWriter Writer(bool resp3) => new(Queue!.Known, resp3);

    /// <summary>Refuses the command that is being queued.</summary>
    public void Refuse(string error) => _refusal = error;

    /// <summary>Takes what the command asks for.</summary>
    public void Take(ReplyShape shape, in Request request)
    {
        if (TryReserve(1, request.EncodedBytes))
        {
            Queue!.Add(new QueuedCommand(ReplyForm.Shaped, request.Operation, shape, 1));
            Add(request);
        }
    }

    /// <summary>Takes what the command asks for as one change. Its operations are of one kind.</summary>
    public void Take(ReplyShape shape, in Request batch, int count)
    {
        if (!TryReserve(count, batch.Value.Length))
        {
            return;
        }

        ReadOnlySpan<byte> operations = batch.Value;
        Operation operation = default;
        while (Request.TryRead(operations, out Request request, out int consumed) == OperationStatus.Done)
        {
            operation = request.Operation;
            Add(request);
            operations = operations[consumed..];
        }

        Queue!.Add(new QueuedCommand(ReplyForm.Shaped, operation, shape, count));
    }

    /// <summary>Takes an operation on each of the command's keys, from argument 1.</summary>
    public void Take(ReplyForm form, Operation operation, in RespCommand command)
    {
        int keys = command.Count - 1;
        long bytes = keys * (long)Request.HeaderBytes;
        for (int i = 1; i <= keys; i++)
        {
            bytes += command[i].Length;
        }

        if (!TryReserve(keys, bytes))
        {
            return;
        }

        Queue!.Add(new QueuedCommand(form, operation, default, keys));
        for (int i = 1; i <= keys; i++)
        {
            Add(new Request { Operation = operation, Key = command[i] });
        }
    }

    /// <summary>Ends the queueing of a command; the error when it is refused, else null.</summary>
    public string? EndCommand()
    {
        IsTaking = false;
        if (Queue!.KnownBytes > _knownBefore)
        {
            Queue.Add(new QueuedCommand(ReplyForm.Known, default, default, Queue.KnownBytes - _knownBefore));
            _refusal = Fits(0, 0) ? _refusal : TooLarge;
        }

        return _refusal;
    }

    private void Add(in Request request)
    {
        Join(request.Key);
        IsWrite |= request.Operation.IsWrite() || request.Operation is Operation.Copy or Operation.Rename;
        Batch.Add(request);
    }

    private void Join(ReadOnlySpan<byte> key)
    {
        if (_key.Length == 0)
        {
            _key = key.ToArray();
        }
    }

    private bool TryReserve(int operations, long bytes)
    {
        if (!Fits(operations, bytes))
        {
            _refusal = TooLarge;
        }

        return _refusal is null;
    }

    /// <summary>Commands without operations count too: a transaction is as large as what is kept of it.</summary>
    private bool Fits(int operations, long bytes) =>
        Math.Max(Batch.Count, Queue?.Count ?? 0) + operations <= Limits.MaxBatchOperations
        && Batch.Bytes + (Queue?.KnownBytes ?? 0) + bytes <= Limits.MaxBatchBytes;
}
