using System.Buffers;
using System.Text;
using System.Text.Json;
using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Rest.Calls;
using Holdfast.Rest.Json;

namespace Holdfast.Rest.Watching;

/// <summary>
/// The text of server-sent events (HTML Living Standard §9.2): three lines, <c>event:</c>, <c>id:</c> and <c>data:</c>, each made apart, since
/// watchers that share an event's data may need ids of their own. JSON escapes line ends, so data is one line.
/// </summary>
internal static class EventText
{
    /// <summary>What keeps the connection from looking idle on the way.</summary>
    public static ReadOnlyMemory<byte> Comment { get; } = ":\n\n"u8.ToArray();

    /// <summary>Progress has nothing to tell besides its id; without data a browser would not tell even that.</summary>
    public static ReadOnlyMemory<byte> NoData { get; } = "data: {}\n\n"u8.ToArray();

    /// <summary>The line that names a progress event.</summary>
    public static ReadOnlyMemory<byte> ProgressName { get; } = "event: progress\n"u8.ToArray();

    /// <summary>The line that names a gap.</summary>
    public static ReadOnlyMemory<byte> GapName { get; } = "event: gap\n"u8.ToArray();

    private static readonly ReadOnlyMemory<byte> Put = "event: put\n"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> Delete = "event: delete\n"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> Expire = "event: expire\n"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> Flush = "event: flush\n"u8.ToArray();

    /// <summary>The line that names a change.</summary>
    public static ReadOnlyMemory<byte> NameOf(ChangeKind kind) => kind switch
    {
        ChangeKind.Put => Put,
        ChangeKind.Delete => Delete,
        ChangeKind.Expire => Expire,
        ChangeKind.Flush => Flush,
        _ => throw Invariant.Unreachable($"change {kind} has an event"),
    };

    /// <summary>The line that says where to go on from.</summary>
    public static byte[] IdOf(WatchToken token) => Encoding.ASCII.GetBytes($"id: {token}\n");

    /// <summary>Writes the data of a change, and the event's end.</summary>
    public static void WriteChange(IBufferWriter<byte> output, in ChangeItem item, int partition)
    {
        output.Write("data: "u8);
        using (var json = new Utf8JsonWriter(output, Answers.JsonOptions))
        {
            json.WriteStartObject();
            if (item.Kind != ChangeKind.Flush)
            {
                PairJson.WriteKey(json, "key", "key_encoding", item.Key);
                WriteValue(json, item);
            }

            json.WriteNumber("revision"u8, item.Revision.Value);
            json.WriteNumber("partition"u8, partition);
            if (item.Kind != ChangeKind.Flush)
            {
                PairJson.WriteTimeToLive(json, item.TimeToLiveMs);
            }

            json.WriteEndObject();
        }

        output.Write("\n\n"u8);
    }

    /// <summary>Writes the data of a gap, and the event's end.</summary>
    public static void WriteGap(IBufferWriter<byte> output, in Gap gap)
    {
        output.Write("data: "u8);
        using (var json = new Utf8JsonWriter(output, Answers.JsonOptions))
        {
            json.WriteStartObject();
            json.WriteNumber("partition"u8, gap.Partition);
            json.WriteNumber("from"u8, gap.From.Value);
            json.WriteNumber("to"u8, gap.To.Value);
            json.WriteString("reason"u8, gap.Reason);
            json.WriteEndObject();
        }

        output.Write("\n\n"u8);
    }

    private static void WriteValue(Utf8JsonWriter json, in ChangeItem item)
    {
        if (item.Kind == ChangeKind.Put)
        {
            PairJson.WriteValue(json, item.Value);
        }
        else
        {
            json.WriteNull("value"u8);
            json.WriteNull("encoding"u8);
        }
    }
}

/// <summary>Changes of a partition that a watcher was not and will not be told.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="From">The revision up to which all was told.</param>
/// <param name="To">The revision after which all will be told.</param>
/// <param name="Reason">Why: one of <see cref="History"/> and <see cref="Epoch"/>.</param>
internal readonly record struct Gap(int Partition, Revision From, Revision To, string Reason)
{
    /// <summary>They are not kept any more.</summary>
    public const string History = "history";

    /// <summary>They are of a history that a restore ended.</summary>
    public const string Epoch = "epoch";
}
