using System.Buffers;
using System.Buffers.Text;
using Holdfast.Net.Loop;

namespace Holdfast.Bench.Listener;

/// <summary>
/// As little of the Redis protocol as a load generator needs: every command is answered with the same three bytes. What remains
/// is the cost of the listener and the loop.
/// </summary>
internal sealed class EmptyRespHandler : IConnectionHandler
{
    public int InputLimit => 1024 * 1024;

    private static ReadOnlySpan<byte> Reply => "$3\r\nxxx\r\n"u8;

    private static ReadOnlySpan<byte> InlineReply => "+OK\r\n"u8;

    public void OnOpen(LoopConnection connection)
    {
        // Nothing is known of the client yet.
    }

    public int OnData(LoopConnection connection, ReadOnlySpan<byte> data)
    {
        int consumed = 0;
        while (CommandLength(data[consumed..]) is > 0 and int length)
        {
            connection.Output.Write(data[consumed] == '*' ? Reply : InlineReply);
            consumed += length;
        }

        return consumed;
    }

    public void OnClosed(LoopConnection connection, CloseReason reason)
    {
        // Nothing is held for it.
    }

    /// <summary>The bytes of the first command; 0 when it isn't complete.</summary>
    private static int CommandLength(ReadOnlySpan<byte> data)
    {
        int end = data.IndexOf((byte)'\n') + 1;
        if (end == 0 || data[0] != '*')
        {
            return end;
        }

        if (!Utf8Parser.TryParse(data[1..], out int arguments, out _))
        {
            return end;
        }

        for (int i = 0; i < arguments; i++)
        {
            int line = data[end..].IndexOf((byte)'\n') + 1;
            if (line == 0 || !Utf8Parser.TryParse(data[(end + 1)..], out int bytes, out _))
            {
                return 0;
            }

            end += line + bytes + 2;
            if (end > data.Length)
            {
                return 0;
            }
        }

        return end;
    }
}
