using Holdfast.Bench.Compare.Tools;

namespace Holdfast.Bench.Compare.Systems;

/// <summary>Three etcd members with default settings.</summary>
internal sealed class EtcdCluster(string directory) : MeasuredSystem("etcd", directory, members: 3)
{
    protected override Command CommandOf(int member)
    {
        string client = $"http://127.0.0.1:{Ports[member]}", peer = PeerOf(member);
        return new Command(
            "etcd",
            [
                "--name", $"member-{member}", "--data-dir", DirectoryOf(member),
                "--listen-client-urls", client, "--advertise-client-urls", client,
                "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
                "--initial-cluster", string.Join(',', Members.Select(other => $"member-{other}={PeerOf(other)}")),
            ]);
    }

    protected override Task<bool> IsReadyAsync(CancellationToken stop) => AllSucceedAsync("/health", stop);

    private string PeerOf(int member) => $"http://127.0.0.1:{Ports[member] + FreePorts.ClusterOffset}";
}
