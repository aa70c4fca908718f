using Holdfast.Cli.Hosting;
using Holdfast.Server;

namespace Holdfast.Cli;

/// <summary>What a build of the client commands alone answers to <c>server</c> and <c>dev</c>.</summary>
internal sealed class NoServerPrograms : IServerPrograms
{
    public Task<int> RunServerAsync(ServerOptions options, CancellationToken cancellationToken) => throw Missing();

    public Task<int> RunDevAsync(DevOptions options, CancellationToken cancellationToken) => throw Missing();

    private static CommandFailedException Missing() => new("this build holds no server; take one that does");
}
