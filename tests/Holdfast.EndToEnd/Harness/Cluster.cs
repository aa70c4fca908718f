using System.Globalization;
using System.Text;
using System.Text.Json;
using Xunit.Abstractions;

namespace Holdfast.EndToEnd.Harness;

/// <summary>A cluster of real processes, each with a port and a data directory of its own. Ended and removed with the test.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ITestOutputHelper? _output;
    private readonly string[] _extra;
    private readonly NodeProcess?[] _nodes;
    private readonly List<string> _past = [];
    private readonly int _firstPort;

    public Cluster(ITestOutputHelper? output = null, int nodes = 3, params string[] extra)
    {
        _output = output;
        _extra = extra;
        _nodes = new NodeProcess?[nodes];
        _firstPort = FreePorts.Take(nodes);
        Clients = [.. Enumerable.Range(0, nodes).Select(id => new NodeClient(PortOf(id)))];
    }

    /// <summary>HTTP to each node.</summary>
    public IReadOnlyList<NodeClient> Clients { get; }

    /// <summary>Where the nodes have their data, when that is not for the cluster to choose.</summary>
    public IReadOnlyList<string>? DataFolders { get; init; }

    public int Count => _nodes.Length;

    public IEnumerable<int> Ids => Enumerable.Range(0, Count);

    public NodeProcess this[int id] => _nodes[id] ?? throw new InvalidOperationException($"node {id} does not run");

    public int PortOf(int id) => _firstPort + id;

    public string AddressOf(int id) => string.Create(CultureInfo.InvariantCulture, $"localhost:{PortOf(id)}");

    /// <summary>Where a node has its data.</summary>
    public string DataOf(int id) => DataFolders is { } folders
        ? folders[id]
        : _folder[string.Create(CultureInfo.InvariantCulture, $"node-{id}")];

    /// <summary>The arguments of a node, as an operator types them.</summary>
    public string[] ArgumentsOf(int id)
    {
        string peers = string.Join(',', Ids.Where(other => other != id).Select(AddressOf));
        string[] own = ["server", "--id", $"{id}", "--port", $"{PortOf(id)}", "--data", DataOf(id)];
        return peers.Length == 0 ? [.. own, .. _extra] : [.. own, "--peers", peers, .. _extra];
    }

    /// <summary>A cluster that runs and is ready.</summary>
    public static async Task<Cluster> StartAsync(ITestOutputHelper? output = null, int nodes = 3, params string[] extra)
    {
        var cluster = new Cluster(output, nodes, extra);
        await cluster.StartAllAsync();
        return cluster;
    }

    /// <summary>Starts a node's process, and returns at once.</summary>
    public NodeProcess Start(int id, IReadOnlyList<string>? wrapper = null)
    {
        if (_nodes[id] is { } before)
        {
            _past.Add(before.Log);
        }

        return _nodes[id] = NodeProcess.Start(ArgumentsOf(id), wrapper, _folder.Path);
    }

    /// <summary>Starts all, and waits until each is ready.</summary>
    public async Task StartAllAsync()
    {
        foreach (int id in Ids)
        {
            Start(id);
        }

        await ReadyAsync();
    }

    /// <summary>Waits until each of the nodes, or all, is ready.</summary>
    public async Task ReadyAsync(params int[] ids)
    {
        foreach (int id in ids.Length == 0 ? [.. Ids] : ids)
        {
            await UntilAsync($"node {id} is ready", () => Clients[id].IsReadyAsync());
        }
    }

    /// <summary>Waits until each partition has a leader among the nodes given, as one of them sees it.</summary>
    public Task LedAsync(params int[] ids) => UntilAsync(
        $"every partition is led by one of {string.Join(", ", ids)}",
        async () => (await Clients[ids[0]].LeadersAsync()).All(leader => leader is { } known && ids.Contains(known)));

    /// <summary>
    /// Waits until every node leads its share, and a write went through each: where partitions are led changes no more while
    /// nothing happens. Before, a new process on a busy machine may stand still for long enough to lose what it leads, and with it, as
    /// promised, a write that was asked of it.
    /// </summary>
    public async Task SettledAsync()
    {
        await ReadyAsync();
        await UntilAsync("every node leads its share", async () =>
        {
            int?[] leaders = await Clients[0].LeadersAsync();
            return Ids.All(id => leaders.Count(leader => leader == id) >= leaders.Length / Count);
        });
        foreach (int id in Ids)
        {
            await PutAsync(id, $"settled/{id}", "yes");
        }
    }

    /// <summary>The leader of a partition, as soon as a node that <paramref name="witness"/> names knows one.</summary>
    public async Task<int> LeaderAsync(int partition, int witness = 0) => int.Parse(
        await Patience.ForAsync(
            $"partition {partition} has a leader",
            async () => (await Clients[witness].LeadersAsync())[partition]?.ToString(CultureInfo.InvariantCulture),
            Story),
        CultureInfo.InvariantCulture);

    public Task UntilAsync(string what, Func<Task<bool>> condition) => Patience.UntilAsync(what, condition, Story);

    /// <summary>Puts until it is done, through failovers; the pair may have been written more than once.</summary>
    public async Task PutAsync(int id, string key, string value)
    {
        string last = "nothing";
        await Patience.UntilAsync(
            $"'{key}' is put through node {id}",
            async () =>
            {
                using HttpResponseMessage answer = await Clients[id].PutAsync(key, value);
                last = await answer.Content.ReadAsStringAsync();
                return answer.IsSuccessStatusCode;
            },
            () => $"the last answer was {last}\n{Story()}");
    }

    /// <summary>Runs a command of the program with this node, or all, as its endpoint.</summary>
    public Task<Ended> HoldfastAsync(int? id, string[] arguments, string? input = null) =>
        Tool.HoldfastAsync([.. arguments, "--endpoint", id is { } one ? AddressOf(one) : string.Join(',', Ids.Select(AddressOf))], input);

    /// <summary>All pairs, as <c>export</c> through one node gives them.</summary>
    public async Task<SortedDictionary<string, string>> ExportAsync(int id, params string[] flags)
    {
        Ended ended = (await HoldfastAsync(id, ["export", "-", .. flags])).Succeeded();
        var pairs = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string line in ended.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using JsonDocument pair = JsonDocument.Parse(line);
            pairs.Add(pair.RootElement.GetProperty("key").GetString()!, pair.RootElement.GetProperty("value").GetString()!);
        }

        return pairs;
    }

    /// <summary>What all nodes said, for a test that failed.</summary>
    public string Story()
    {
        var story = new StringBuilder();
        _past.ForEach(log => story.Append("== before\n").Append(log));
        foreach (int id in Ids)
        {
            story.Append(CultureInfo.InvariantCulture, $"== node {id}\n").Append(_nodes[id]?.Log);
        }

        return story.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (NodeProcess node in _nodes.OfType<NodeProcess>())
        {
            await node.KillAsync();
        }

        _output?.WriteLine(Story());
        foreach (NodeProcess node in _nodes.OfType<NodeProcess>())
        {
            await node.DisposeAsync();
        }

        foreach (NodeClient client in Clients)
        {
            client.Dispose();
        }

        _folder.Dispose();
    }
}
