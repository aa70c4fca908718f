using System.Net.Sockets;
using Holdfast.Net.Loop;
using Holdfast.Net.Tests.Support;
using Holdfast.Primitives;

namespace Holdfast.Net.Tests.Peers;

public sealed class PeerConnectionHandlerTests
{
    [Fact]
    public void Frames_that_come_byte_by_byte_are_delivered_whole()
    {
        using var node = new PeerEnd();
        using Socket client = TestClient.Connect(node.Listener);
        foreach (byte one in "HFP1P\x01\x01\x03\0\0\0abc\0\0\0\0\x01\0\0\0d"u8.ToArray())
        {
            client.Send([one]);
        }

        Eventually.True(() => node.Received.Count == 3, "the frames arrive");
        Assert.Equal([[.. "abc"u8], [], [.. "d"u8]], node.Received);
    }

    [Theory]
    [InlineData(new byte[] { 4, 1 })]
    [InlineData(new byte[] { 1, 0 })]
    [InlineData(new byte[] { 1, 2 })]
    [InlineData(new byte[] { 1, 1, 1, 0, 0, 2 })]
    [InlineData(new byte[] { 1, 1, 0xFF, 0xFF, 0xFF, 0xFF })]
    public void A_bad_preamble_or_length_ends_the_connection_and_is_reported(byte[] afterMagic)
    {
        using var node = new PeerEnd();
        using Socket client = TestClient.Connect(node.Listener);
        client.Send([.. "HFP1P"u8, .. afterMagic]);
        client.ExpectEnd();
        Assert.Equal([RefusalReason.MalformedFrame], node.Test.Observer.Refusals);
    }
}
