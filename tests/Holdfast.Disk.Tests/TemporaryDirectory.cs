namespace Holdfast.Disk.Tests;

/// <summary>A directory of a test's own, gone with it.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("holdfast-disk-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
