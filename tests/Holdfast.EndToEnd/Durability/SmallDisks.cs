using System.Globalization;
using Holdfast.EndToEnd.Harness;

namespace Holdfast.EndToEnd.Durability;

/// <summary>A small disk of its own for each node, in memory.</summary>
internal sealed class SmallDisks : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();

    private SmallDisks(int count) =>
        Folders = [.. Enumerable.Range(0, count).Select(id => _folder[string.Create(CultureInfo.InvariantCulture, $"disk-{id}")])];

    /// <summary>Where the disks are.</summary>
    public IReadOnlyList<string> Folders { get; }

    /// <summary>Mounts them.</summary>
    public static async Task<SmallDisks> MountAsync(int count, int mebibytes)
    {
        var disks = new SmallDisks(count);
        foreach (string folder in disks.Folders)
        {
            Directory.CreateDirectory(folder);
            (await Tool.RunAsync("mount", ["-t", "tmpfs", "-o", $"size={mebibytes}m", "tmpfs", folder])).Succeeded();
        }

        return disks;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (string folder in Folders)
        {
            (await Tool.RunAsync("umount", [folder])).Succeeded();
        }

        _folder.Dispose();
    }
}
