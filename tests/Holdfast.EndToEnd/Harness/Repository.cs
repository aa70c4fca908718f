namespace Holdfast.EndToEnd.Harness;

/// <summary>Where the program under test is.</summary>
internal static class Repository
{
    /// <summary>The root of the sources.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The program, as the build of these tests' configuration made it.</summary>
    public static string Program { get; } = OutputOf("src", "Holdfast.Cli", "holdfast.dll");

    /// <summary>The comparison with other stores, from the same build.</summary>
    public static string Comparison { get; } = OutputOf("bench", "Holdfast.Bench.Compare", "Holdfast.Bench.Compare.dll");

    private static string OutputOf(string folder, string project, string file) =>
        Path.Combine(Root, folder, project, "bin", ConfigurationOf(AppContext.BaseDirectory), "net10.0", file);

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Holdfast.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"no sources above {AppContext.BaseDirectory}");
    }

    private static string ConfigurationOf(string output) => new DirectoryInfo(output.TrimEnd('/')).Parent!.Name;
}
