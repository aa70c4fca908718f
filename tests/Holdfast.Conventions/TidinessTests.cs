using System.Text.RegularExpressions;

namespace Holdfast.Conventions;

/// <summary>What keeps the code small and finished. A list of exceptions only ever gets shorter.</summary>
public sealed partial class TidinessTests
{
    private const int MaxLines = 400;

    /// <summary>Files that are longer, each with its reason.</summary>
    private static readonly Dictionary<string, string> LongFiles = [];

    [Fact]
    public void A_source_file_holds_one_idea_and_stays_under_400_lines()
    {
        IEnumerable<string> tooLong = Repository.Files("src", "*.cs")
            .Where(file => File.ReadLines(file).Count() > MaxLines)
            .Select(Repository.Relative);
        Assert.Empty(tooLong.Except(LongFiles.Keys));
    }

    [Fact]
    public void An_exception_that_is_no_longer_needed_is_removed() =>
        Assert.All(LongFiles.Keys, file => Assert.True(File.ReadLines(Repository.Path(file)).Count() > MaxLines, file));

    [Fact]
    public void Nothing_is_left_for_later() => Assert.Empty(Matches("src", Unfinished()));

    [Fact]
    public void Tests_wait_for_conditions_not_for_time() => Assert.Empty(Matches("tests", FixedSleep()));

    [Fact]
    public void Nullable_is_never_turned_off() => Assert.Empty(Matches("src", NullableOff()));

    [Fact]
    public void The_packages_of_every_project_are_locked() => Assert.All(
        Repository.Projects("src").Concat(Repository.Projects("tests")),
        project => Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(project)!, "packages.lock.json")), project));

    [Fact]
    public void Scripts_can_be_run() => Assert.All(
        ["holdfast", "test.sh", ".ci/run"],
        script => Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(Repository.Path(script)).HasFlag(UnixFileMode.UserExecute), script));

    private static IEnumerable<string> Matches(string folder, Regex pattern) =>
        from file in Repository.Files(folder, "*.cs")
        where !file.EndsWith("TidinessTests.cs", StringComparison.Ordinal)
        from line in File.ReadLines(file).Select((text, index) => (Text: text, Number: index + 1))
        where pattern.IsMatch(line.Text)
        select $"{Repository.Relative(file)}:{line.Number}";

    [GeneratedRegex(@"NotImplementedException|\bTODO\b|\bFIXME\b|\bHACK\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"Thread\.Sleep\(|await Task\.Delay\((TimeSpan\.From|[0-9])", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FixedSleep();

    [GeneratedRegex("#nullable disable", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NullableOff();
}
