namespace Holdfast.Client;

/// <summary>How a client reaches its cluster.</summary>
public sealed record HoldfastClientOptions
{
    /// <summary>The nodes or proxies to connect to, in the order to try them. Any of them answers any call, so one is enough.</summary>
    public IReadOnlyList<Endpoint> Endpoints { get; init; } = [Endpoint.Default];

    /// <summary>How long a call may take in all, retries included, unless the call says otherwise.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long one attempt of a call that may be repeated waits for its answer before another endpoint is tried; a call that must
    /// not be repeated waits for its whole timeout.
    /// </summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long to try to connect to one endpoint.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether a call goes on trying until its deadline while no endpoint takes a connection, or fails at once.</summary>
    public bool RetryUnreachable { get; init; } = true;

    /// <summary>Time, for deadlines and delays.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
