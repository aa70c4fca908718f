namespace Holdfast.Client.Retry;

/// <summary>What a call allows.</summary>
/// <param name="IsWrite">Whether it changes state, so that an attempt without an answer may have taken effect.</param>
/// <param name="Repeatable">Whether it may be repeated when it is unknown whether it took effect. True of every read.</param>
/// <param name="RetryUnreachable">Whether to go on while no endpoint takes a connection.</param>
/// <param name="DeadlineMs">The instant, on the caller's clock, after which no attempt begins.</param>
public readonly record struct RetryRules(bool IsWrite, bool Repeatable, bool RetryUnreachable, long DeadlineMs);
