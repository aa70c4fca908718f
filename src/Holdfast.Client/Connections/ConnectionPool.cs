namespace Holdfast.Client.Connections;

/// <summary>
/// A connection per endpoint. All calls use the endpoint that last proved good, so that they share its batches, and all move on to
/// the next when it fails. Thread-safe.
/// </summary>
internal sealed class ConnectionPool(HoldfastClientOptions options) : IAsyncDisposable
{
    private readonly EndpointSlot[] _slots =
        [.. options.Endpoints.Select(e => new EndpointSlot(e, options.ConnectTimeout, options.Clock))];

    private int _current;

    /// <summary>A connection to the current endpoint, or to the first after it that takes one; else why there is none.</summary>
    public async ValueTask<Connected> GetAsync(CancellationToken cancellationToken)
    {
        int first = Volatile.Read(ref _current);
        List<string>? failures = null;
        for (int i = 0; i < _slots.Length; i++)
        {
            int index = (first + i) % _slots.Length;
            Connected connected = await _slots[index].ConnectAsync().WaitAsync(cancellationToken);
            if (connected.Connection is not null)
            {
                Interlocked.CompareExchange(ref _current, index, first);
                return connected;
            }

            (failures ??= []).Add(connected.Detail);
        }

        return new Connected(null, string.Join("; ", failures ?? []));
    }

    /// <summary>Later calls go elsewhere, if there is elsewhere: <paramref name="endpoint"/> did not serve one.</summary>
    public void Leave(Endpoint endpoint)
    {
        int current = Volatile.Read(ref _current);
        if (options.Endpoints[current] == endpoint)
        {
            Interlocked.CompareExchange(ref _current, (current + 1) % _slots.Length, current);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (EndpointSlot slot in _slots)
        {
            await slot.DisposeAsync();
        }
    }
}
