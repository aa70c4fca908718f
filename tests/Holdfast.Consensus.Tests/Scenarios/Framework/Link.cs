using Holdfast.Primitives;

namespace Holdfast.Consensus.Tests.Scenarios;

/// <summary>Which messages a command means: <c>1->2 Append</c>, where <c>*</c> stands for any replica and no kind for all.</summary>
internal sealed record Link(ReplicaId? From, ReplicaId? To, MessageKind? Kind)
{
    public static Link Parse(string ends, string? kind)
    {
        string[] halves = ends.Split("->");
        if (halves.Length != 2)
        {
            throw new ScriptException($"'{ends}' is not like 1->2");
        }

        return new Link(End(halves[0]), End(halves[1]), kind is null ? null : ParseKind(kind));
    }

    public bool Matches(in Message message) =>
        (From is null || From == message.From) && (To is null || To == message.To) && (Kind is null || Kind == message.Kind);

    private static ReplicaId? End(string word) => word == "*" ? null : Arguments.ParseReplica(word);

    private static MessageKind ParseKind(string word) => Enum.TryParse(word, out MessageKind kind)
        ? kind
        : throw new ScriptException($"'{word}' is no kind of message");
}
