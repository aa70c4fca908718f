using System.Diagnostics.CodeAnalysis;

namespace Holdfast.Keyspace;

/// <summary>The bytes are not an intact snapshot, or not of this keyspace. The message says what is wrong.</summary>
public sealed class SnapshotFormatException(string message) : Exception(message)
{
    internal static void Require([DoesNotReturnIf(false)] bool condition, string fault)
    {
        if (!condition)
        {
            throw Because(fault);
        }
    }

    internal static SnapshotFormatException Because(string fault) => new($"not a usable snapshot: {fault}");
}
