namespace Holdfast.Resp;

/// <summary>The bounds of a session. The defaults suit a node that serves many connections.</summary>
public sealed record RespOptions
{
    /// <summary>The most keys that KEYS answers with; above, it refuses and names SCAN.</summary>
    public int MaxKeysReply { get; init; } = 100_000;

    /// <summary>The most commands of one connection that wait for the engine before its input is paused.</summary>
    public int MaxPendingCommands { get; init; } = 1024;

    /// <summary>The most bytes of requests of one connection that wait for the engine before its input is paused; one command may exceed it.</summary>
    public long MaxPendingBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>The most unsent bytes of one connection's output before its input is paused; one reply may exceed it.</summary>
    public long MaxUnsentBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>The longest command in bytes. A longer one is refused and skipped.</summary>
    public int MaxCommandBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>The most bytes of the reply to one command that is gathered from several requests (MGET, KEYS). A longer one is refused.</summary>
    public long MaxGatheredBytes { get; init; } = 256 * 1024 * 1024;

    /// <summary>
    /// Whether the client knows where keys live: a key that another node leads is answered with a redirection to it, and commands
    /// over all keys cover those that this node leads.
    /// </summary>
    public bool Cluster { get; init; }

    /// <summary>The deadline of each request in ms; zero is the gate's own.</summary>
    public uint RequestTimeoutMs { get; init; }
}
