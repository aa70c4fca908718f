using System.Text;
using Holdfast.Cli.Bench.Connections;

namespace Holdfast.Cli.Tests.Bench;

public sealed class RespReplyReaderTests
{
    private const string Stream =
        "+OK\r\n$5\r\nva\r\nl\r\n$-1\r\n:42\r\n$0\r\n\r\n_\r\n-UNKNOWN outcome unknown: late\r\n$12\r\n-ERR no\r\n+OK\r\n+OK\r\n";

    private static readonly string[] Expected = ["done", "done", "null", "done", "done", "null", "UNKNOWN outcome unknown: late", "done", "done"];

    [Fact]
    public void Replies_are_the_same_wherever_their_bytes_are_split()
    {
        byte[] bytes = Encoding.UTF8.GetBytes(Stream);
        Assert.Equal(Expected, Read(bytes));
        for (int first = 0; first <= bytes.Length; first++)
        {
            for (int second = first; second <= bytes.Length; second++)
            {
                Assert.Equal(Expected, Read(bytes[..first], bytes[first..second], bytes[second..]));
            }
        }
    }

    [Fact]
    public void Replies_can_come_byte_by_byte() =>
        Assert.Equal(Expected, Read([.. Encoding.UTF8.GetBytes(Stream).Select(each => new[] { each })]));

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    [InlineData("$x\r\n")]
    [InlineData("$5x\r\n")]
    [InlineData("$-2\r\n")]
    [InlineData("*1\r\n+OK\r\n")]
    [InlineData("\r\n")]
    public void What_is_no_reply_is_refused(string text) =>
        Assert.Throws<InvalidDataException>(() => Read(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void A_long_error_keeps_its_beginning_and_what_follows_is_read_on()
    {
        List<string> replies = Read(Encoding.UTF8.GetBytes($"-ERR {new string('x', 5_000)}\r\n+OK\r\n"));
        Assert.Equal(2, replies.Count);
        Assert.StartsWith("ERR xxx", replies[0], StringComparison.Ordinal);
        Assert.Equal("done", replies[1]);
    }

    private static List<string> Read(params byte[][] pieces)
    {
        var reader = new RespReplyReader();
        var replies = new List<string>();
        foreach (byte[] piece in pieces)
        {
            ReadOnlySpan<byte> bytes = piece;
            while (reader.TryRead(ref bytes, out RespReply reply))
            {
                replies.Add(reply.Error ?? (reply.IsNull ? "null" : "done"));
            }

            Assert.True(bytes.IsEmpty);
        }

        return replies;
    }
}
