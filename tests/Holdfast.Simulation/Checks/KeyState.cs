namespace Holdfast.Simulation;

/// <summary>
/// What a key holds, in the sequential model that histories are compared with. After a write whose answer was lost, the revision
/// is not known until a later answer tells it.
/// </summary>
/// <param name="Exists">The key exists.</param>
/// <param name="Value">Its value; empty when it does not exist.</param>
/// <param name="Revision">Its revision; zero when that is not known or the key does not exist.</param>
/// <param name="Floor">The revision of the key's last change, creation and deletion included, is at least this.</param>
internal readonly record struct KeyState(bool Exists, string Value, ulong Revision, ulong Floor)
{
    /// <summary>A key that was never written.</summary>
    public static KeyState Absent { get; } = new(false, "", 0, 0);

    /// <summary>The state once an answer told that the key has this revision; false when it can't.</summary>
    public bool TryBind(ulong revision, out KeyState bound)
    {
        bool fits = Exists && (Revision == 0 ? revision >= Floor : revision == Revision);
        bound = this with { Revision = revision, Floor = revision };
        return fits;
    }

    /// <summary>The state after a change whose revision the answer tells.</summary>
    public bool TryChange(string? value, ulong revision, out KeyState changed)
    {
        // Decided first, since the caller may let the result replace this very state.
        bool fits = revision > Floor;
        changed = new KeyState(value is not null, value ?? "", value is null ? 0 : revision, revision);
        return fits;
    }

    /// <summary>The state after a change whose answer was lost.</summary>
    public KeyState ChangeUnseen(string? value) => new(value is not null, value ?? "", 0, Floor + 1);

    public override string ToString() =>
        Exists ? $"'{Value}' {(Revision == 0 ? $"r>={Floor}" : $"r{Revision}")}" : $"absent (last change r>={Floor})";
}
