using Holdfast.Server;

namespace Holdfast.Cli;

/// <summary>What the program runs for <c>server</c> and <c>dev</c>.</summary>
public interface IServerPrograms
{
    /// <summary>
    /// Runs one node until <paramref name="cancellationToken"/> is cancelled (SIGTERM, SIGINT), then stops it cleanly. Gives the
    /// exit status: 0 stopped as asked, 1 failed.
    /// </summary>
    Task<int> RunServerAsync(ServerOptions options, CancellationToken cancellationToken);

    /// <summary>Runs a cluster in this process; ends like <see cref="RunServerAsync"/>.</summary>
    Task<int> RunDevAsync(DevOptions options, CancellationToken cancellationToken);
}
