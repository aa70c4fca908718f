namespace Holdfast.Consensus.Tests.Scenarios;

/// <summary>The scripts in the source tree, where rewriting changes them.</summary>
internal static class ScriptFolder
{
    private static readonly string Folder = Find();

    /// <summary>Whether the expected parts are to be replaced by what happens now.</summary>
    public static bool IsRewriting => Environment.GetEnvironmentVariable("HOLDFAST_REWRITE") == "1";

    public static IEnumerable<string> Names =>
        Directory.EnumerateFiles(Folder, "*.txt").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    public static string PathOf(string name) => Path.Combine(Folder, name);

    private static string Find()
    {
        DirectoryInfo? at = new(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "Holdfast.slnx")))
        {
            at = at.Parent;
        }

        Assert.True(at is not null, "the tests run inside the source tree");
        return Path.Combine(at.FullName, "tests", "Holdfast.Consensus.Tests", "Scenarios", "Scripts");
    }
}
