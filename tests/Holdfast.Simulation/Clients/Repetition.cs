using Holdfast.Api;

namespace Holdfast.Simulation;

/// <summary>By what a write that is sent again is known for the same.</summary>
public enum Repetition
{
    /// <summary>By nothing: the client sends it once.</summary>
    None,

    /// <summary>By an idempotency token.</summary>
    Token,

    /// <summary>By its number in a session of the client's with the partition.</summary>
    Session,
}

/// <summary>What one write carries to be known again.</summary>
/// <param name="Session">Its number in a session, or none.</param>
/// <param name="Token">An idempotency token; null for none.</param>
internal readonly record struct WriteIdentity(SessionNumber Session, string? Token);
