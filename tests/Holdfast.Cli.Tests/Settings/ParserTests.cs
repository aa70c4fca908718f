using Holdfast.Cli.Settings;

namespace Holdfast.Cli.Tests.Settings;

public sealed class ParserTests
{
    [Theory]
    [InlineData("1", 1)]
    [InlineData("1024", 1024)]
    [InlineData("2k", 2048)]
    [InlineData("3MiB", 3 << 20)]
    [InlineData("1gb", 1 << 30)]
    public void Bytes_take_a_unit(string text, long bytes)
    {
        Assert.True(Parsers.Bytes(text, out long value));
        Assert.Equal(bytes, value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1.5G")]
    [InlineData("k")]
    [InlineData("9999999999T")]
    [InlineData("99999999999999999999")]
    public void What_is_no_number_of_bytes_is_refused(string text) => Assert.False(Parsers.Bytes(text, out _));

    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("30s", 30_000)]
    [InlineData("2m", 120_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("2d", 172_800_000)]
    public void A_duration_has_a_unit(string text, long ms)
    {
        Assert.True(Parsers.Duration(text, out TimeSpan value));
        Assert.Equal(ms, value.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("0s")]
    [InlineData("-1s")]
    [InlineData("1.5s")]
    [InlineData("1w")]
    [InlineData("2147483647d")]
    public void What_is_no_duration_is_refused(string text) => Assert.False(Parsers.Duration(text, out _));
}
