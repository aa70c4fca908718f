using Holdfast.Cli.Shell;

namespace Holdfast.Cli.Tests.Shell;

public sealed class ShellWordsTests
{
    [Theory]
    [InlineData("", new string[0])]
    [InlineData("  put  k\tv ", new[] { "put", "k", "v" })]
    [InlineData("put \"a b\" 'c \"d\"'", new[] { "put", "a b", "c \"d\"" })]
    [InlineData("put k ''", new[] { "put", "k", "" })]
    [InlineData("a\\ b \"x\\n\\\"y\\\\\" '\\n'", new[] { "a b", "x\n\"y\\", "\\n" })]
    [InlineData("pre\"fix\"ed", new[] { "prefixed" })]
    public void A_line_is_split_into_words(string line, string[] words) => Assert.Equal(words, ShellWords.Split(line));

    [Theory]
    [InlineData("put \"k")]
    [InlineData("put 'k\"")]
    public void An_open_quote_is_an_error(string line) => Assert.Throws<FormatException>(() => ShellWords.Split(line));

    [Theory]
    [InlineData("plain")]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a\"b\\c'd\n\t")]
    public void A_quoted_word_is_read_as_itself(string word) => Assert.Equal([word], ShellWords.Split(ShellWords.Quote(word)));
}
