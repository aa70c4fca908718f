namespace Holdfast.EndToEnd.Harness;

/// <summary>Where the program under test is.</summary>
internal static class Repository
{
    /// <summary>The root of the sources.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The program, as the build of these tests' configuration made it.</summary>
    public static string Program { get; } =
        Path.Combine(Root, "src", "Holdfast.Cli", "bin", ConfigurationOf(AppContext.BaseDirectory), "net10.0", "holdfast.dll");

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
