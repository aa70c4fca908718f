using System.Buffers;
using System.Text.Json;
using Holdfast.Cli.Output;
using Holdfast.Client;

namespace Holdfast.Cli.Pairs;

/// <summary>Writes pairs as JSON Lines, many in one write.</summary>
internal static class Exporter
{
    private const int WriteBytes = 256 * 1024;

    /// <summary>Writes all pairs; gives how many.</summary>
    public static async Task<long> WriteAsync(
        IAsyncEnumerable<ListItem> items, Stream output, Action<long> progress, CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>(WriteBytes);
        await using var writer = new Utf8JsonWriter(buffer, JsonText.Readable);
        long count = 0;
        await foreach (ListItem item in items.WithCancellation(cancellationToken))
        {
            PairFormat.Write(buffer, writer, item.Key, item.Value, item.TimeToLive);
            progress(++count);
            if (buffer.WrittenCount >= WriteBytes)
            {
                await output.WriteAsync(buffer.WrittenMemory, cancellationToken);
                buffer.ResetWrittenCount();
            }
        }

        await output.WriteAsync(buffer.WrittenMemory, cancellationToken);
        await output.FlushAsync(cancellationToken);
        return count;
    }
}
