namespace Holdfast.EndToEnd.Harness;

/// <summary>
/// A test that needs programs which may not be installed, or a right that may not be granted; skipped, with the reason, without.
/// </summary>
internal sealed class FactNeedingAttribute : FactAttribute
{
    public FactNeedingAttribute(params string[] needs)
    {
        string[] missing = [.. needs.Where(need => !Has(need))];
        if (missing.Length > 0)
        {
            Skip = $"not possible here: {string.Join(", ", missing)}";
        }
    }

    private static bool Has(string need) => need switch
    {
        Needs.Tracing => Needs.CanTrace.Value,
        Needs.Mounting => Needs.CanMount.Value,
        Needs.Disk => new DriveInfo(AppContext.BaseDirectory).DriveFormat is not ("tmpfs" or "ramfs"),
        _ => Tool.Has(need),
    };
}

/// <summary>The rights that a test may need.</summary>
internal static class Needs
{
    public const string Tracing = "strace of one's own processes";
    public const string Disk = "a build folder on a disk";
    public const string Mounting = "mounting a small disk";

    public static readonly Lazy<bool> CanTrace = new(() => Tool.Has("strace") && Works("strace", ["-o", "/dev/null", "true"]));

    public static readonly Lazy<bool> CanMount = new(() =>
    {
        if (!Tool.Has("mount"))
        {
            return false;
        }

        using var folder = new TemporaryFolder();
        return Works("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder.Path]) && Works("umount", [folder.Path]);
    });

    private static bool Works(string program, string[] arguments) => Tool.RunAsync(program, arguments).GetAwaiter().GetResult().Status == 0;
}
