using Holdfast.Primitives;

namespace Holdfast.Api.Tests;

public class WatchTokenTests
{
    /// <summary>Clients keep tokens: see <see cref="NativeFormatTests"/> for what to do when this fails.</summary>
    [Fact]
    public void A_token_is_frozen()
    {
        var token = new WatchToken(WatchToken.FingerprintOf("a1b2"), 1, [new Revision(0), new Revision(127), new Revision(128), new Revision((1UL << 53) - 1)]);

        Assert.Equal(Golden, token.ToString());
    }

    [Fact]
    public void A_token_reads_as_what_it_was()
    {
        foreach (Revision[] positions in (Revision[][])[[], [default], [.. Enumerable.Range(0, 1024).Select(i => new Revision((ulong)i << (i % 40)))]])
        {
            Assert.True(WatchToken.TryParse(new WatchToken(uint.MaxValue, uint.MaxValue, positions).ToString(), out WatchToken? read));
            Assert.Equal((uint.MaxValue, uint.MaxValue), (read.Cluster, read.Epoch));
            Assert.Equal(positions, read.Positions);
        }
    }

    [Fact]
    public void A_token_that_was_cut_or_has_more_than_it_should_is_none()
    {
        Assert.All(Enumerable.Range(0, Golden.Length), length => Assert.False(WatchToken.TryParse(Golden.AsSpan(0, length), out _)));
        Assert.False(WatchToken.TryParse(Golden + "AAAA", out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("A")]
    [InlineData("?")]
    [InlineData("AAEBAQ")] // format 0
    [InlineData("AgEBAQ")] // format 2
    [InlineData("AQEB_____w8")] // as many partitions as no input holds
    [InlineData("Af____8fAQA")] // a fingerprint beyond 32 bits
    [InlineData("AQEBAf___________wE")] // a revision beyond 63 bits
    [InlineData("ключ")]
    public void What_is_no_token_is_refused(string text)
    {
        Assert.False(WatchToken.TryParse(text, out WatchToken? token));
        Assert.Null(token);
    }

    [Fact]
    public void Garbage_is_refused_or_read_but_never_breaks()
    {
        var random = new Random(1);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = new byte[random.Next(40)];
            random.NextBytes(bytes);
            if (bytes.Length > 0)
            {
                bytes[0] = 1;
            }

            if (WatchToken.TryParse(System.Buffers.Text.Base64Url.EncodeToString(bytes), out WatchToken? token))
            {
                Assert.True(WatchToken.TryParse(token.ToString(), out WatchToken? again));
                Assert.Equal(token.Positions, again.Positions);
            }
        }
    }

    [Fact]
    public void Clusters_have_fingerprints_of_their_own() =>
        Assert.NotEqual(WatchToken.FingerprintOf("a1b2"), WatchToken.FingerprintOf("a1b3"));

    private const string Golden = "Ad2kntgKAQQAf4AB_________w8";
}
