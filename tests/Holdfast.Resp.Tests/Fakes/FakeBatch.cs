using System.Buffers;
using System.Text;
using Holdfast.Api;

namespace Holdfast.Resp.Tests.Fakes;

/// <summary>What the operations of a batch are.</summary>
internal static class FakeBatch
{
    /// <summary>A batch for the log, such as <c>Batch: Check a, Put a</c>; one that is sequential says so.</summary>
    public static string Describe(in Request batch)
    {
        List<string> operations = [];
        foreach (byte[] encoded in Split(batch))
        {
            Request operation = Read(encoded);
            operations.Add($"{operation.Operation} {Encoding.Latin1.GetString(operation.Key)}");
        }

        bool sequential = (batch.Flags & RequestFlags.Sequential) != RequestFlags.None;
        return (sequential ? "Sequential: " : "Batch: ") + string.Join(", ", operations);
    }

    /// <summary>The slots of the keys, destinations too.</summary>
    public static HashSet<int> SlotsOf(in Request batch)
    {
        HashSet<int> slots = [FakePartition.SlotOf(batch.Key)];
        foreach (byte[] encoded in Split(batch))
        {
            Request operation = Read(encoded);
            slots.Add(FakePartition.SlotOf(operation.Key));
            if (operation.Operation is Operation.Copy or Operation.Rename)
            {
                slots.Add(FakePartition.SlotOf(operation.Value));
            }
        }

        return slots;
    }

    /// <summary>The operations, each encoded.</summary>
    public static List<byte[]> Split(in Request batch)
    {
        List<byte[]> operations = [];
        for (ReadOnlySpan<byte> rest = batch.Value; !rest.IsEmpty;)
        {
            Assert.Equal(OperationStatus.Done, Request.TryRead(rest, out Request operation, out int consumed));
            Assert.True(operation.Operation.IsOfBatch());
            operations.Add(rest[..consumed].ToArray());
            rest = rest[consumed..];
        }

        return operations;
    }

    /// <summary>Reads an operation.</summary>
    public static Request Read(byte[] encoded)
    {
        Assert.Equal(OperationStatus.Done, Request.TryRead(encoded, out Request operation, out _));
        return operation;
    }
}
