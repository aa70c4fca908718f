namespace Holdfast.Conventions;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    private static readonly string Root = FindRoot();

    /// <summary>A file or folder of the repository.</summary>
    public static string Path(string relative) => System.IO.Path.Combine(Root, relative);

    /// <summary>The project files below a folder.</summary>
    public static IEnumerable<string> Projects(string folder) => Files(folder, "*.csproj");

    /// <summary>The files below a folder that are somebody's work: not what a build makes.</summary>
    public static IEnumerable<string> Files(string folder, string pattern) => Directory
        .EnumerateFiles(Path(folder), pattern, SearchOption.AllDirectories)
        .Where(file => !Relative(file).Split('/').Any(part => part is "bin" or "obj" or ".build" or "node_modules"));

    /// <summary>A file's name within the repository.</summary>
    public static string Relative(string file) => System.IO.Path.GetRelativePath(Root, file).Replace('\\', '/');

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder, "Holdfast.slnx")))
        {
            folder = System.IO.Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("the tests are not below a checkout");
    }
}
