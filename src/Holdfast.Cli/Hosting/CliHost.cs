using Holdfast.Cli.Shell;
using Holdfast.Client;

namespace Holdfast.Cli.Hosting;

/// <summary>All that the program touches of the outside, so that a test can stand in for it.</summary>
internal sealed record CliHost
{
    /// <summary>Standard input, as bytes.</summary>
    public required Stream Input { get; init; }

    /// <summary>Standard output, as bytes. Whoever writes to it flushes <see cref="Out"/> first.</summary>
    public required Stream Output { get; init; }

    /// <summary>Standard output, as text.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Standard error.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>An environment variable; null when unset.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>Gives a client for the options.</summary>
    public required Func<HoldfastClientOptions, ClientLease> Connect { get; init; }

    /// <summary>What runs for <c>server</c> and <c>dev</c>.</summary>
    public required IServerPrograms Servers { get; init; }

    /// <summary>The terminal, when standard input and output both are one.</summary>
    public ITerminal? Terminal { get; init; }

    /// <summary>Whether standard output is a terminal.</summary>
    public bool OutputIsTerminal { get; init; }

    /// <summary>Whether standard error is a terminal.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>Ctrl-C.</summary>
    public Interrupts Interrupts { get; init; } = new();

    /// <summary>Time, for progress and durations.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}

/// <summary>A client, and whether it ends with the command that uses it.</summary>
internal sealed record ClientLease(IHoldfastClient Client, bool Owned) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Owned ? Client.DisposeAsync() : ValueTask.CompletedTask;
}
