using System.Text;
using Holdfast.Resp.Commands;

namespace Holdfast.Resp.Tests.Commands;

public sealed class CommandTableTests
{
    public static TheoryData<string> FullNames => [.. CommandTable.All.Concat(CommandTable.All.SelectMany(spec => spec.Subcommands)).Select(spec => spec.FullName)];

    [Theory]
    [MemberData(nameof(FullNames))]
    public void A_row_is_found_in_any_case_and_is_whole(string fullName)
    {
        CommandSpec? spec = CommandTable.FindByFullName(Encoding.ASCII.GetBytes(fullName.ToUpperInvariant()));
        Assert.NotNull(spec);
        Assert.Equal(fullName, spec.FullName);
        Assert.NotEqual(0, spec.Arity);
        Assert.Matches("^[0-9]+\\.[0-9]+\\.[0-9]+$", spec.Since);
        Assert.NotEmpty(spec.Summary);
        Assert.NotEmpty(spec.Group);
        Assert.Equal(spec.Keys.First > 0, !string.IsNullOrEmpty(spec.Keys.Access));

        // What works on data is known by what it does; what asks all partitions names no key.
        Assert.Equal(spec.IsData, spec.Keys.First > 0 || spec.OverPartitions);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ge")]
    [InlineData("gett")]
    [InlineData("get\0")]
    [InlineData("\0get")]
    [InlineData("g%t")]
    [InlineData("an-unreasonably-long-name")]
    [InlineData("client|nothing")]
    [InlineData("get|client")]
    public void Other_names_are_not_found(string name) => Assert.Null(CommandTable.FindByFullName(Encoding.Latin1.GetBytes(name)));
}
