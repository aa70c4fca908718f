using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Holdfast.Cli.Hosting;

namespace Holdfast.Cli.Pairs;

/// <summary>Reads pairs from a JSON Lines stream as it comes.</summary>
internal static class PairReader
{
    /// <summary>No pair needs a longer line: a largest value, each byte of it escaped with six.</summary>
    private const int MaxLineBytes = 128 * 1024 * 1024;

    /// <summary>The pairs in their order; blank lines are passed over.</summary>
    /// <exception cref="CommandFailedException">A line is no pair; the message names it.</exception>
    public static async IAsyncEnumerable<Pair> ReadAsync(
        Stream input, string name, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        PipeReader reader = PipeReader.Create(input, new StreamPipeReaderOptions(bufferSize: 64 * 1024, leaveOpen: true));
        long number = 0;
        while (true)
        {
            ReadResult result = await reader.ReadAsync(cancellationToken);
            ReadOnlySequence<byte> buffer = result.Buffer;
            while (TryTakeLine(ref buffer, result.IsCompleted, out ReadOnlySequence<byte> line))
            {
                number++;
                if (!IsBlank(line))
                {
                    yield return Parse(line, name, number);
                }
            }

            if (buffer.Length > MaxLineBytes)
            {
                throw new CommandFailedException($"{name}, line {number + 1}: it is longer than {MaxLineBytes} bytes, more than any pair");
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted)
            {
                await reader.CompleteAsync();
                yield break;
            }
        }
    }

    private static bool TryTakeLine(ref ReadOnlySequence<byte> buffer, bool last, out ReadOnlySequence<byte> line)
    {
        if (buffer.PositionOf((byte)'\n') is { } end)
        {
            line = buffer.Slice(0, end);
            buffer = buffer.Slice(buffer.GetPosition(1, end));
            return true;
        }

        line = buffer;
        bool rest = last && !buffer.IsEmpty;
        buffer = rest ? buffer.Slice(buffer.End) : buffer;
        return rest;
    }

    private static bool IsBlank(in ReadOnlySequence<byte> line)
    {
        foreach (ReadOnlyMemory<byte> segment in line)
        {
            if (segment.Span.ContainsAnyExcept(" \t\r"u8))
            {
                return false;
            }
        }

        return true;
    }

    private static Pair Parse(in ReadOnlySequence<byte> line, string name, long number)
    {
        try
        {
            (byte[] key, byte[] value, TimeSpan? timeToLive) = PairFormat.Read(line);
            return new Pair(key, value, timeToLive, number);
        }
        catch (FormatException exception)
        {
            throw new CommandFailedException($"{name}, line {number}: {exception.Message}; mend the line and import again");
        }
    }
}
