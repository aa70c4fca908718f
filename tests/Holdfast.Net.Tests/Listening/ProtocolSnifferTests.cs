using System.Text;
using Holdfast.Net.Listening;
using Holdfast.Primitives;

namespace Holdfast.Net.Tests.Listening;

public sealed class ProtocolSnifferTests
{
    [Theory]
    [InlineData("\x16\x03\x01\x02", Protocol.Tls)]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", Protocol.Http2)]
    [InlineData("PRI * HTTP/1.1\r\n", Protocol.Http1)]
    [InlineData("HFP1P\x01\x01", Protocol.Peer)]
    [InlineData("HFP1C\x01", Protocol.NativeClient)]
    [InlineData("HFP1X\x01", Protocol.UnknownNative)]
    [InlineData("HFP2 / HTTP/1.1\r\n", Protocol.Http1)]
    [InlineData("*1\r\n$4\r\nPING\r\n", Protocol.Resp)]
    [InlineData("GET / HTTP/1.1\r\n", Protocol.Http1)]
    [InlineData("GET /v1/kv?key=a%20b HTTP/1.0\n", Protocol.Http1)]
    [InlineData("OPTIONS * HTTP/1.1\r\n", Protocol.Http1)]
    [InlineData("BREW! /pot HTTP/1.1\r\n", Protocol.Http1)]
    [InlineData("GET /x\r\n", Protocol.Resp)]
    [InlineData("GET key HTTP\r\n", Protocol.Resp)]
    [InlineData("GET / HTTP/2.0\r\n", Protocol.Resp)]
    [InlineData("GET / HTTP/1.x\r\n", Protocol.Resp)]
    [InlineData("GET / HTTP/1.1 \r\n", Protocol.Resp)]
    [InlineData("GET / HTTP/1.1\rx", Protocol.Resp)]
    [InlineData("GET  / HTTP/1.1\r\n", Protocol.Resp)]
    [InlineData("SET a b\r\n", Protocol.Resp)]
    [InlineData("PING\r\n", Protocol.Resp)]
    [InlineData("HELLO 3\r\n", Protocol.Resp)]
    [InlineData("PRINT x\r\n", Protocol.Resp)]
    [InlineData("\r\n", Protocol.Resp)]
    [InlineData("\0\0\0", Protocol.Resp)]
    [InlineData("é / HTTP/1.1\r\n", Protocol.Resp)]
    public void Every_prefix_is_undecided_or_decided_alike(string text, Protocol expected)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        Assert.Equal(expected, ProtocolSniffer.Sniff(bytes));
        for (int length = 0; length < bytes.Length; length++)
        {
            Protocol? early = ProtocolSniffer.Sniff(bytes.AsSpan(0, length));
            Assert.True(early is null || early == expected, $"{early} after {length} bytes");
        }
    }

    [Fact]
    public void A_first_line_without_end_is_left_to_resp_at_the_limit()
    {
        byte[] endless = new byte[ProtocolSniffer.MaxBytes];
        endless.AsSpan().Fill((byte)'A');
        Assert.Null(ProtocolSniffer.Sniff(endless.AsSpan(1)));
        Assert.Equal(Protocol.Resp, ProtocolSniffer.Sniff(endless));
        endless[3] = (byte)' ';
        Assert.Null(ProtocolSniffer.Sniff(endless.AsSpan(1)));
        Assert.Equal(Protocol.Resp, ProtocolSniffer.Sniff(endless));
    }

    [Fact]
    public void A_decision_is_never_changed_by_more_bytes()
    {
        string[] pieces = ["GET", "PRI", " ", "*", "/", "HTTP/", "1.", "1", "2.0", "\r", "\n", "HFP1", "P", "C", "é", "\0", "\x16"];
        var random = new SeededRandom(11);
        for (int round = 0; round < 20_000; round++)
        {
            string text = string.Concat(Enumerable.Range(0, 8).Select(_ => pieces[random.Next(pieces.Length)]));
            byte[] bytes = Encoding.Latin1.GetBytes(text);
            Protocol? decision = null;
            for (int length = 0; length <= bytes.Length; length++)
            {
                Protocol? now = ProtocolSniffer.Sniff(bytes.AsSpan(0, length));
                Assert.True(decision is null || now == decision, $"{decision} became {now} after {length} bytes of '{text}'");
                decision = now;
            }
        }
    }
}
