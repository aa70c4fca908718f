using System.Globalization;

namespace Holdfast.EndToEnd.Harness;

/// <summary>A client that minds its own business, writing and reading without end, and notices when anything goes wrong.</summary>
internal sealed class NodeClientLoop : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private int _count;

    public NodeClientLoop(NodeClient client) => _running = RunAsync(client);

    /// <summary>Waits until it has done so much.</summary>
    public Task ReachAsync(int count) => Patience.UntilAsync(
        "the other client goes on", () => Task.FromResult(_running.IsFaulted || Volatile.Read(ref _count) >= count));

    /// <summary>Ends it; gives how much it did. Fails when anything it did failed.</summary>
    public async Task<int> StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
        return _count;
    }

    public void Dispose() => _stop.Dispose();

    private async Task RunAsync(NodeClient client)
    {
        string key = $"loop-{Guid.NewGuid():N}";
        while (!_stop.IsCancellationRequested)
        {
            string value = _count.ToString(CultureInfo.InvariantCulture);
            using HttpResponseMessage put = await client.PutAsync(key, value);
            Assert.True(put.IsSuccessStatusCode, await put.Content.ReadAsStringAsync());
            Assert.Equal(value, await client.GetAsync(key));
            _count++;
        }
    }
}
