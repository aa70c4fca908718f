using Holdfast.Bench.Compare.Load;
using Holdfast.Bench.Compare.Tools;

namespace Holdfast.Bench.Compare.Systems;

/// <summary>One redis-server that has every write on the disk before it acknowledges it.</summary>
internal sealed class RedisServer(string directory) : MeasuredSystem("redis-server", directory, members: 1)
{
    protected override Command CommandOf(int member) => new(
        "redis-server",
        [
            "--port", $"{Ports[member]}", "--bind", "127.0.0.1", "--dir", DirectoryOf(member),
            "--appendonly", "yes", "--appendfsync", "always", "--save", string.Empty,
        ]);

    protected override async Task<bool> IsReadyAsync(CancellationToken stop)
    {
        using RespClient client = await RespClient.ConnectAsync(Ports[0], stop);
        return await client.AskAsync(stop, "PING") == "PONG";
    }
}
