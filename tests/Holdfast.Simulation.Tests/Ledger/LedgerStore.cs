using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Simulation.Tests;

/// <summary>
/// The state of the ledger, a store simple enough to be seen to be right: pairs, a count of changes, and a hash that does not depend
/// on their order. A change is a record, which gives the same change wherever it is applied.
/// </summary>
internal sealed class LedgerStore
{
    private readonly SortedDictionary<string, (byte[] Value, ulong Revision)> _pairs = new(StringComparer.Ordinal);

    public ulong Revision { get; private set; }

    public ulong Hash { get; private set; }

    /// <summary>Executes a request; a change also gives its record.</summary>
    public Reply Execute(scoped in Request request, out byte[]? record)
    {
        record = null;
        string key = Encoding.Latin1.GetString(request.Key);
        bool found = _pairs.TryGetValue(key, out (byte[] Value, ulong Revision) old);
        Reply reply = new() { Id = request.Id, Flags = found ? ReplyFlags.Found : ReplyFlags.None, Revision = new Revision(old.Revision) };
        if (request.Operation == Operation.Get)
        {
            reply.Payload = found ? old.Value : default;
            return reply;
        }

        byte[]? value = null;
        reply.Fault = FailedCondition(request, old.Revision) ? FaultCode.ConditionFailed : Compute(request, old.Value, ref reply, out value);
        if (reply.Fault != FaultCode.None)
        {
            reply.Outcome = Outcome.NotApplied;
        }
        else if (found || value is not null)
        {
            reply.Flags |= found ? ReplyFlags.None : ReplyFlags.Created;
            record = Record(Revision + 1, key, value);
            Apply(record);
            reply.Revision = new Revision(Revision);
        }

        return reply;
    }

    /// <summary>Makes the change that a record describes.</summary>
    public void Apply(ReadOnlySpan<byte> record)
    {
        Revision = BinaryPrimitives.ReadUInt64LittleEndian(record);
        int keyLength = record[9];
        string key = Encoding.Latin1.GetString(record.Slice(10, keyLength));
        if (_pairs.Remove(key, out (byte[] Value, ulong Revision) old))
        {
            Hash -= HashOf(key, old.Value, old.Revision);
        }

        if (record[8] != 0)
        {
            byte[] value = record[(10 + keyLength)..].ToArray();
            _pairs.Add(key, (value, Revision));
            Hash += HashOf(key, value, Revision);
        }
    }

    /// <summary>Empties the store, to be filled with a snapshot.</summary>
    public void Clear()
    {
        _pairs.Clear();
        (Revision, Hash) = (0, 0);
    }

    /// <summary>Records that make an empty store equal to this one; the last one makes no pair but sets the revision.</summary>
    public IEnumerable<byte[]> Snapshot()
    {
        foreach ((string key, (byte[] value, ulong revision)) in _pairs.OrderBy(p => p.Value.Revision))
        {
            yield return Record(revision, key, value);
        }

        yield return Record(Revision, "", null);
    }

    private static bool FailedCondition(scoped in Request request, ulong revision) =>
        (request.Flags.HasFlag(RequestFlags.IfAbsent) && revision != 0)
        || (request.Flags.HasFlag(RequestFlags.IfPresent) && revision == 0)
        || (request.Flags.HasFlag(RequestFlags.IfRevision) && revision != request.Revision.Value);

    private static FaultCode Compute(scoped in Request request, byte[]? old, ref Reply reply, out byte[]? value)
    {
        value = null;
        switch (request.Operation)
        {
            case Operation.Put:
                value = request.Value.ToArray();
                return FaultCode.None;
            case Operation.Append:
                value = [.. old ?? [], .. request.Value];
                reply.Number = value.Length;
                return FaultCode.None;
            case Operation.Delete:
                reply.Number = old is null ? 0 : 1;
                return FaultCode.None;
            case Operation.Increment:
                if (!long.TryParse(old is null ? "0" : Encoding.Latin1.GetString(old), CultureInfo.InvariantCulture, out long number))
                {
                    return FaultCode.NotAnInteger;
                }

                reply.Number = number + request.Argument;
                value = Encoding.Latin1.GetBytes(reply.Number.ToString(CultureInfo.InvariantCulture));
                return FaultCode.None;
            default:
                return FaultCode.Unsupported;
        }
    }

    private static byte[] Record(ulong revision, string key, byte[]? value)
    {
        byte[] record = new byte[10 + key.Length + (value?.Length ?? 0)];
        BinaryPrimitives.WriteUInt64LittleEndian(record, revision);
        record[8] = value is null ? (byte)0 : (byte)1;
        record[9] = (byte)key.Length;
        Encoding.Latin1.GetBytes(key, record.AsSpan(10));
        value?.CopyTo(record, 10 + key.Length);
        return record;
    }

    private static ulong HashOf(string key, byte[] value, ulong revision)
    {
        uint crc = Crc32C.Compute(value, Crc32C.Compute(Encoding.Latin1.GetBytes(key)));
        return (crc ^ (revision << 32)) * 0x9E3779B97F4A7C15;
    }
}
