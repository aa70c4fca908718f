using System.Globalization;

namespace Holdfast.Resp.Server;

/// <summary>
/// A connection as CLIENT sees it. Written by its session's thread and read by any: what another thread reads may be a moment
/// old, which CLIENT LIST does not mind.
/// </summary>
internal sealed class RespClient(long id, RespEndpoints endpoints, IRespOutput output, long createdMs)
{
    private readonly long _createdMs = createdMs;
    private long _commands;

    /// <summary>Its number, unique in this run of the process.</summary>
    public long Id { get; } = id;

    /// <summary>Its two ends.</summary>
    public RespEndpoints Endpoints { get; } = endpoints;

    /// <summary>The name that it gave itself; empty when none.</summary>
    public string Name { get; set; } = "";

    /// <summary>The client library that it runs, as it says.</summary>
    public string LibraryName { get; set; } = "";

    /// <summary>The version of that library.</summary>
    public string LibraryVersion { get; set; } = "";

    /// <summary>Whether replies are in RESP3.</summary>
    public bool Resp3 { get; set; }

    /// <summary>The full name of its last command.</summary>
    public string LastCommand { get; set; } = "NULL";

    /// <summary>How many commands its transaction has queued; -1 when there is none.</summary>
    public int QueuedCommands { get; set; } = -1;

    /// <summary>When it last sent something, in monotonic ms.</summary>
    public long ActiveMs { get; set; } = createdMs;

    /// <summary>How many commands it sent.</summary>
    public long Commands => Volatile.Read(ref _commands);

    /// <summary>Counts a command.</summary>
    public void CountCommand() => _commands++;

    /// <summary>Asks its host to close it. Thread-safe.</summary>
    public void Kill() => output.RequestClose();

    /// <summary>The line of CLIENT LIST, in Redis' fields as far as they mean something here.</summary>
    public string Describe(long nowMs) => string.Create(
        CultureInfo.InvariantCulture,
        $"id={Id} addr={Endpoints.Remote} laddr={Endpoints.Local} fd=-1 name={Name} age={(nowMs - _createdMs) / 1000} idle={(nowMs - ActiveMs) / 1000} flags={(QueuedCommands < 0 ? 'N' : 'x')} db=0 sub=0 psub=0 ssub=0 multi={QueuedCommands} qbuf=0 qbuf-free=0 argv-mem=0 multi-mem=0 rbs=0 rbp=0 obl=0 oll=0 omem=0 tot-mem=0 events=r cmd={LastCommand} user=default redir=-1 resp={(Resp3 ? 3 : 2)} lib-name={LibraryName} lib-ver={LibraryVersion}\n");
}
