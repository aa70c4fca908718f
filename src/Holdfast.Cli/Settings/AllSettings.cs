namespace Holdfast.Cli.Settings;

/// <summary>What a configuration file may hold, whichever command reads it.</summary>
internal static class AllSettings
{
    public static IReadOnlyCollection<Setting> Known { get; } =
        [.. ClientSettings.Common, ClientSettings.RetryFor, .. ServerSettings.OfServer, .. ServerSettings.OfDev, .. BenchSettings.All];
}
