using Holdfast.Resp.Protocol;
using Holdfast.Resp.Transactions;

namespace Holdfast.Resp.Commands;

/// <summary>Carries out a command whose number of arguments fits.</summary>
internal delegate void CommandHandler(RespSession session, in RespCommand command);

/// <summary>What a command is, in the words and the order of COMMAND INFO.</summary>
[Flags]
internal enum CommandFlags : ushort
{
    /// <summary>Nothing in particular.</summary>
    None = 0,

    /// <summary>It may change the data.</summary>
    Write = 1 << 0,

    /// <summary>It reads the data.</summary>
    ReadOnly = 1 << 1,

    /// <summary>It is refused when the memory is full.</summary>
    DenyOom = 1 << 2,

    /// <summary>It is for operators.</summary>
    Admin = 1 << 3,

    /// <summary>Scripts can't call it.</summary>
    NoScript = 1 << 4,

    /// <summary>It works while the node is starting.</summary>
    Loading = 1 << 5,

    /// <summary>It works on a replica that is behind.</summary>
    Stale = 1 << 6,

    /// <summary>Its time does not grow with the data.</summary>
    Fast = 1 << 7,

    /// <summary>It needs no user.</summary>
    NoAuth = 1 << 8,

    /// <summary>It works while a script runs.</summary>
    AllowBusy = 1 << 9,

    /// <summary>It is left out of the log of slow commands.</summary>
    SkipSlowLog = 1 << 10,
}

/// <summary>The topics of commands, which are also categories of access control.</summary>
[Flags]
internal enum CommandTopics : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Keys of any type.</summary>
    Keyspace = 1 << 0,

    /// <summary>Strings.</summary>
    String = 1 << 1,

    /// <summary>What can hurt a server when used without thought.</summary>
    Dangerous = 1 << 2,

    /// <summary>The connection.</summary>
    Connection = 1 << 3,

    /// <summary>Transactions.</summary>
    Transaction = 1 << 4,
}

/// <summary>Where a command's keys stand among its arguments, and how it uses them.</summary>
/// <param name="First">The first key's argument; 0 when there is none.</param>
/// <param name="Last">The last key's argument; negative counts from the end.</param>
/// <param name="Step">From one key to the next.</param>
/// <param name="Access">The flags of the key specification, separated by spaces.</param>
internal readonly record struct KeyPositions(int First, int Last, int Step, string Access)
{
    /// <summary>How it uses the second of two keys, when that is another way than the first; else null.</summary>
    public string? SecondAccess { get; init; }

    /// <summary>One key, right after the name.</summary>
    public static KeyPositions One(string access) => new(1, 1, 1, access);

    /// <summary>All arguments are keys.</summary>
    public static KeyPositions All(string access) => new(1, -1, 1, access);

    /// <summary>Every other argument is a key.</summary>
    public static KeyPositions Pairs(string access) => new(1, -1, 2, access);

    /// <summary>A source and a destination.</summary>
    public static KeyPositions Two(string source, string destination) => new(1, 2, 1, source) { SecondAccess = destination };

    /// <summary>The last key's argument in a command of so many arguments.</summary>
    public int LastIn(int count) => Last < 0 ? count + Last : Last;
}

/// <summary>A row of the command table: all that is known of a command.</summary>
/// <param name="Name">Its name in lower case.</param>
/// <param name="Arity">The number of its arguments, its name included; negative: at least so many.</param>
/// <param name="Flags">What it is.</param>
/// <param name="Handler">What carries it out.</param>
internal sealed record CommandSpec(string Name, int Arity, CommandFlags Flags, CommandHandler Handler)
{
    private readonly IReadOnlyList<CommandSpec> _subcommands = [];
    private readonly TransactionRule? _inTransaction;

    /// <summary>Its name with its container's: <c>client|id</c>.</summary>
    public string FullName { get; private init; } = Name;

    /// <summary>Where its keys are.</summary>
    public KeyPositions Keys { get; init; }

    /// <summary>Its topics.</summary>
    public CommandTopics Topics { get; init; }

    /// <summary>The group that it is documented in.</summary>
    public required string Group { get; init; }

    /// <summary>The version of Redis that brought it.</summary>
    public required string Since { get; init; }

    /// <summary>What it does, in a line.</summary>
    public required string Summary { get; init; }

    /// <summary>How its time grows.</summary>
    public string Complexity { get; init; } = "O(1)";

    /// <summary>Hints for clients and proxies.</summary>
    public IReadOnlyList<string> Tips { get; init; } = [];

    /// <summary>A remark on how it uses its keys; empty when there is none.</summary>
    public string KeyNotes { get; init; } = "";

    /// <summary>Whether it asks all partitions, so that it waits for the earlier commands of its connection and holds the later ones back.</summary>
    public bool OverPartitions { get; init; }

    /// <summary>Whether its keys must be in one slot, since it takes them as they are at one moment.</summary>
    public bool IsAtomic { get; init; }

    /// <summary>What becomes of it between MULTI and EXEC. What works on keys is queued unless its row says otherwise.</summary>
    public TransactionRule InTransaction
    {
        get => _inTransaction ?? (Keys.First > 0 ? TransactionRule.Queued : TransactionRule.Refused);
        init => _inTransaction = value;
    }

    /// <summary>The commands that it contains, by the name that follows its own.</summary>
    public IReadOnlyList<CommandSpec> Subcommands
    {
        get => _subcommands;
        init => _subcommands = [.. value.Select(sub => sub with { FullName = $"{Name}|{sub.Name}" })];
    }

    /// <summary>Whether it needs the data, so that it can't be carried out before the partitions are known.</summary>
    public bool IsData => Keys.First > 0 || (Flags & (CommandFlags.Write | CommandFlags.ReadOnly)) != CommandFlags.None;

    /// <summary>Whether it may change the data.</summary>
    public bool IsWrite => (Flags & CommandFlags.Write) != CommandFlags.None;

    /// <summary>Whether it takes so many arguments, its name included.</summary>
    public bool TakesCount(int count) => Arity >= 0 ? count == Arity : count >= -Arity;
}
