using Holdfast.Server;

namespace Holdfast.Cli;

/// <summary>The programs of the server room.</summary>
internal sealed class ServerPrograms : IServerPrograms
{
    public Task<int> RunServerAsync(ServerOptions options, CancellationToken cancellationToken) =>
        ServerProgram.RunAsync(options, cancellationToken);

    public Task<int> RunDevAsync(DevOptions options, CancellationToken cancellationToken) => DevProgram.RunAsync(options, cancellationToken);
}
