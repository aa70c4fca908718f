namespace Holdfast.Consensus.Tests.Scenarios;

/// <summary>Each file in Scripts/ is one case: a story told in commands, and what the group did. See README.md.</summary>
public sealed class ScenarioTests
{
    public static TheoryData<string> Files => [.. ScriptFolder.Names];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_group_does_what_the_script_tells(string file)
    {
        string path = ScriptFolder.PathOf(file);
        string expected = File.ReadAllText(path);
        string actual = new ScriptRun(file).Play(expected);
        if (ScriptFolder.IsRewriting)
        {
            File.WriteAllText(path, actual);
            return;
        }

        Assert.Equal(expected, actual);
    }

    [Fact]
    public void A_script_whose_outcome_differs_is_told_apart()
    {
        const string Wrong = "# One voter.\n\ngroup 1\nelect 1 quiet\nlog 1\n----\n1 [1/1 NoOp, 1/2 NoOp]\n";
        Assert.Equal(Wrong.Replace(", 1/2 NoOp", "", StringComparison.Ordinal), new ScriptRun("wrong").Play(Wrong));
    }

    [Fact]
    public void A_script_without_a_comment_that_opens_it_is_refused() =>
        Assert.Throws<ScriptException>(() => new ScriptRun("bare").Play("group 1\n----\nok\n"));

    [Theory]
    [InlineData("flap 1", "'flap' is no verb")]
    [InlineData("tick 7 1", "replica 7 is not in the group")]
    [InlineData("tick 1", "argument 2 is missing")]
    [InlineData("tick 1 1 softly=2", "'softly' is not understood")]
    public void A_command_that_is_not_understood_names_its_line(string command, string complaint)
    {
        ScriptException e = Assert.Throws<ScriptException>(
            () => new ScriptRun("odd").Play($"# Odd.\n\ngroup 1\n{command}\n----\nok\n"));
        Assert.Equal($"odd:4: {complaint}", e.Message);
    }
}
