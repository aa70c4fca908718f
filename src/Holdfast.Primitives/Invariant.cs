using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Holdfast.Primitives;

/// <summary>
/// Assertions that stay on in production. A broken invariant means that going on could lose or corrupt data, so it stops the
/// node; it is never caught on the way to the engine's host, which reports it and ends the process.
/// </summary>
public static class Invariant
{
    /// <summary>Stops the node unless <paramref name="condition"/> holds.</summary>
    /// <exception cref="InvariantViolationException">The condition does not hold.</exception>
    public static void Require(
        [DoesNotReturnIf(false)] bool condition,
        string rule,
        [CallerFilePath] string file = "",
        [CallerLineNumber] int line = 0)
    {
        if (!condition)
        {
            Throw(rule, file, line);
        }
    }

    /// <summary>Stops the node unless <paramref name="condition"/> holds; the message is built only when it does not.</summary>
    /// <exception cref="InvariantViolationException">The condition does not hold.</exception>
    public static void Require(
        [DoesNotReturnIf(false)] bool condition,
        [InterpolatedStringHandlerArgument(nameof(condition))] ref InvariantMessage rule,
        [CallerFilePath] string file = "",
        [CallerLineNumber] int line = 0)
    {
        if (!condition)
        {
            Throw(rule.ToString(), file, line);
        }
    }

    /// <summary>Stops the node: this point must not be reached.</summary>
    /// <exception cref="InvariantViolationException">Always.</exception>
    [DoesNotReturn]
    public static Exception Unreachable(string rule, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Throw(rule, file, line);
        return null!;
    }

    [DoesNotReturn]
    private static void Throw(string rule, string file, int line) =>
        throw new InvariantViolationException($"invariant broken: {rule} ({Path.GetFileName(file)}:{line})");
}

/// <summary>Builds an invariant's message only when the condition fails, so that a check on a hot path costs a branch.</summary>
[InterpolatedStringHandler]
public ref struct InvariantMessage
{
    private DefaultInterpolatedStringHandler _text;

    /// <summary>Called by the compiler.</summary>
    public InvariantMessage(int literalLength, int formattedCount, bool condition, out bool needed)
    {
        needed = !condition;
        _text = needed ? new DefaultInterpolatedStringHandler(literalLength, formattedCount) : default;
    }

    /// <summary>Called by the compiler.</summary>
    public void AppendLiteral(string value) => _text.AppendLiteral(value);

    /// <summary>Called by the compiler.</summary>
    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

    /// <inheritdoc/>
    public override string ToString() => _text.ToStringAndClear();
}

/// <summary>An invariant was broken. Nothing handles this but the host, which stops the node.</summary>
public sealed class InvariantViolationException(string message) : Exception(message);
