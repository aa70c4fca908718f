using System.Buffers.Text;
using Holdfast.Cli.Bench.Workload;

namespace Holdfast.Cli.Bench.Connections;

/// <summary>Operations as Redis commands, appended to one array that grows. Not thread-safe.</summary>
internal sealed class RespCommands
{
    private byte[] _bytes = new byte[16 * 1024];

    /// <summary>How many bytes were written since the last <see cref="Clear"/>.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes written since.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    /// <summary>Appends a command.</summary>
    public void Add(in BenchOperation operation)
    {
        switch (operation.Kind)
        {
            case OperationKind.Read:
                Raw("*2\r\n$3\r\nGET\r\n"u8);
                Bulk(operation.Key.Span);
                break;
            case OperationKind.Increment:
                Raw("*2\r\n$4\r\nINCR\r\n"u8);
                Bulk(operation.Key.Span);
                break;
            case OperationKind.Update or OperationKind.Insert:
                Raw("*3\r\n$3\r\nSET\r\n"u8);
                Bulk(operation.Key.Span);
                Bulk(operation.Value.Span);
                break;
            default:
                throw new ArgumentException($"the Redis protocol has no {operation.Kind.Name()}", nameof(operation));
        }
    }

    /// <summary>Starts anew.</summary>
    public void Clear() => Length = 0;

    private void Bulk(ReadOnlySpan<byte> bytes)
    {
        Raw("$"u8);
        Utf8Formatter.TryFormat(bytes.Length, Free(10), out int digits);
        Length += digits;
        Raw("\r\n"u8);
        Raw(bytes);
        Raw("\r\n"u8);
    }

    private void Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Free(bytes.Length));
        Length += bytes.Length;
    }

    private Span<byte> Free(int bytes)
    {
        if (_bytes.Length - Length < bytes)
        {
            Array.Resize(ref _bytes, Math.Max(Length + bytes, _bytes.Length * 2));
        }

        return _bytes.AsSpan(Length);
    }
}
