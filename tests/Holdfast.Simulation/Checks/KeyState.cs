namespace Holdfast.Simulation;

/// <summary>
/// What a key holds, in the sequential model that histories are compared with. After a write whose answer was lost, the revision
/// is not known until a later answer tells it.
/// </summary>
/// <param name="Exists">The key exists.</param>
/// <param name="Value">Its value; empty when it does not exist.</param>
/// <param name="Revision">Its revision; zero when that is not known or the key does not exist.</param>
/// <param name="Floor">The revision of the key's last change, creation and deletion included, is at least this.</param>
/// <param name="Deadline">When it may end by itself.</param>
internal readonly record struct KeyState(bool Exists, string Value, ulong Revision, ulong Floor, KeyDeadline Deadline)
{
    /// <summary>A key that was never written.</summary>
    public static KeyState Absent { get; } = new(false, "", 0, 0, KeyDeadline.None);

    /// <summary>The state once an answer told that the key has this revision; false when it can't.</summary>
    public bool TryBind(ulong revision, out KeyState bound)
    {
        bool fits = Exists && (Revision == 0 ? revision >= Floor : revision == Revision);
        bound = this with { Revision = revision, Floor = revision };
        return fits;
    }

    /// <summary>The state after a change whose revision the answer tells.</summary>
    public bool TryChange(string? value, in KeyDeadline deadline, ulong revision, out KeyState changed)
    {
        // Decided first, since the caller may let the result replace this very state.
        bool fits = revision > Floor;
        changed = new KeyState(value is not null, value ?? "", value is null ? 0 : revision, revision, deadline);
        return fits;
    }

    /// <summary>The state after a change whose answer was lost.</summary>
    public KeyState ChangeUnseen(string? value, in KeyDeadline deadline) => new(value is not null, value ?? "", 0, Floor + 1, deadline);

    /// <summary>
    /// The state once the key has ended by its deadline, which it may have done at a virtual time; false when it may not. Nobody sees
    /// it happen: it comes before an operation, and is no operation itself.
    /// </summary>
    public bool TryEnd(long at, out KeyState ended)
    {
        bool mayEnd = Exists && Deadline.IsSet && at >= Deadline.EndsFrom;
        ended = new KeyState(false, "", 0, Floor, KeyDeadline.None);
        return mayEnd;
    }

    public override string ToString() => Exists
        ? $"'{Value}' {(Revision == 0 ? $"r>={Floor}" : $"r{Revision}")}, {Deadline}"
        : $"absent (last change r>={Floor})";
}
