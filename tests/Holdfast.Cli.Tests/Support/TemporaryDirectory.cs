namespace Holdfast.Cli.Tests.Support;

/// <summary>A directory that goes with the test.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("holdfast-cli-");

    public string PathOf(string name) => Path.Combine(_directory.FullName, name);

    public string Write(string name, string text)
    {
        File.WriteAllText(PathOf(name), text);
        return PathOf(name);
    }

    public IEnumerable<string> Names => _directory.EnumerateFiles().Select(f => f.Name);

    public void Dispose() => _directory.Delete(recursive: true);
}
