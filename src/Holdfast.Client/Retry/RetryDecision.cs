using Holdfast.Api;

namespace Holdfast.Client.Retry;

/// <summary>What follows a failed attempt.</summary>
/// <param name="Again">Whether to try again.</param>
/// <param name="DelayMs">How long to wait before that, in ms.</param>
/// <param name="Fault">What the caller is told when there is no other attempt.</param>
public readonly record struct RetryDecision(bool Again, long DelayMs, Fault Fault);
