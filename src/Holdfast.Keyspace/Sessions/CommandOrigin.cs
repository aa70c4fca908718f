using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>By what a command that is sent again is known for the same.</summary>
public enum CommandOriginKind : byte
{
    /// <summary>By nothing: it takes effect each time that it is in the log.</summary>
    None,

    /// <summary>By its number in a session.</summary>
    Session,

    /// <summary>By an idempotency token.</summary>
    Token,
}

/// <summary>
/// Where a command comes from, so that it takes effect once however often it is in the log (Ongaro §6.3). The token's span is the
/// caller's.
/// </summary>
public readonly ref struct CommandOrigin
{
    /// <summary>The longest idempotency token, in bytes.</summary>
    public const int MaxTokenBytes = 255;

    private readonly ulong _idOrFingerprint;

    private CommandOrigin(CommandOriginKind kind, ulong idOrFingerprint, ulong sequence, ulong lowestOpen, ReadOnlySpan<byte> token)
    {
        Kind = kind;
        _idOrFingerprint = idOrFingerprint;
        Sequence = sequence;
        LowestOpen = lowestOpen;
        Token = token;
    }

    /// <summary>No origin.</summary>
    public static CommandOrigin None => default;

    /// <summary>The kind.</summary>
    public CommandOriginKind Kind { get; }

    /// <summary>Whether the command is not to be known again.</summary>
    public bool IsNone => Kind == CommandOriginKind.None;

    /// <summary>The session, never 0; 0 when the origin is none.</summary>
    public ulong SessionId => Kind == CommandOriginKind.Session ? _idOrFingerprint : 0;

    /// <summary>The command's number in its session, from 1 on.</summary>
    public ulong Sequence { get; }

    /// <summary>
    /// The lowest number whose result may still be asked for, at most <see cref="Sequence"/>: results below are forgotten, and commands
    /// with those numbers refused.
    /// </summary>
    public ulong LowestOpen { get; }

    /// <summary>The idempotency token.</summary>
    public ReadOnlySpan<byte> Token { get; }

    /// <summary>A hash of the whole request that came with the token, so that a token used for another is noticed.</summary>
    public ulong Fingerprint => Kind == CommandOriginKind.Token ? _idOrFingerprint : 0;

    /// <summary>A command of a session.</summary>
    /// <exception cref="InvariantViolationException">The id or a number is 0, or the lowest open one is above the command's.</exception>
    public static CommandOrigin OfSession(ulong id, ulong sequence, ulong lowestOpen)
    {
        Invariant.Require(TryMakeSession(id, sequence, lowestOpen, out CommandOrigin origin), "a session's numbers are in range");
        return origin;
    }

    /// <summary>A command with an idempotency token.</summary>
    /// <exception cref="InvariantViolationException">The token is empty or longer than <see cref="MaxTokenBytes"/>.</exception>
    public static CommandOrigin OfToken(ReadOnlySpan<byte> token, ulong fingerprint)
    {
        Invariant.Require(token.Length is >= 1 and <= MaxTokenBytes, "an idempotency token has 1..255 bytes");
        return new CommandOrigin(CommandOriginKind.Token, fingerprint, 0, 0, token);
    }

    internal static bool TryMakeSession(ulong id, ulong sequence, ulong lowestOpen, out CommandOrigin origin)
    {
        origin = new CommandOrigin(CommandOriginKind.Session, id, sequence, lowestOpen, default);
        return id != 0 && lowestOpen >= 1 && lowestOpen <= sequence;
    }
}
