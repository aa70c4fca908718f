using System.Text;
using Holdfast.Resp.Protocol;

namespace Holdfast.Resp.Tests.Protocol;

public sealed class TextTests
{
    [Theory]
    [InlineData("0", 0L)]
    [InlineData("-1", -1L)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-9223372036854775808", long.MinValue)]
    public void Canonical_integers_are_read(string text, long expected)
    {
        Assert.True(IntegerText.TryParse(Encoding.ASCII.GetBytes(text), out long value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("-0")]
    [InlineData("00")]
    [InlineData("01")]
    [InlineData("+1")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1a")]
    [InlineData("9223372036854775808")]
    [InlineData("-9223372036854775809")]
    [InlineData("99999999999999999999")]
    public void Other_text_is_not_an_integer(string text) => Assert.False(IntegerText.TryParse(Encoding.ASCII.GetBytes(text), out _));

    [Theory]
    [InlineData("*", "")]
    [InlineData("*", "abc")]
    [InlineData("a*c", "abbbc")]
    [InlineData("a*b*c", "a-b-b-c")]
    [InlineData("h?llo", "hallo")]
    [InlineData("h[ae]llo", "hello")]
    [InlineData("h[^e]llo", "hallo")]
    [InlineData("h[a-c]llo", "hbllo")]
    [InlineData("h[c-a]llo", "hbllo")]
    [InlineData("h\\?llo", "h?llo")]
    [InlineData("[\\]]", "]")]
    [InlineData("a[", "a[", false)]
    [InlineData("[a", "a")]
    [InlineData("abc***", "abc")]
    [InlineData("", "")]
    [InlineData("", "a", false)]
    [InlineData("h[^e]llo", "hello", false)]
    [InlineData("h?llo", "hllo", false)]
    [InlineData("a*b", "abc", false)]
    [InlineData("abc", "abcd", false)]
    [InlineData("abcd", "abc", false)]
    public void Patterns_match_as_in_redis(string pattern, string text, bool matches = true) =>
        Assert.Equal(matches, GlobPattern.Matches(Encoding.ASCII.GetBytes(pattern), Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void A_pattern_of_many_stars_takes_no_more_than_the_product_of_lengths()
    {
        byte[] pattern = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("a*", 1000)) + "b");
        byte[] text = Encoding.ASCII.GetBytes(new string('a', 4096));
        Assert.False(GlobPattern.Matches(pattern, text));
    }

    [Theory]
    [InlineData("user:*", "user:")]
    [InlineData("a\\*", "a")]
    [InlineData("plain", "plain")]
    [InlineData("[ab]c", "")]
    public void The_literal_prefix_ends_at_the_first_special_character(string pattern, string prefix) =>
        Assert.Equal(prefix, Encoding.ASCII.GetString(GlobPattern.LiteralPrefix(Encoding.ASCII.GetBytes(pattern))));
}
