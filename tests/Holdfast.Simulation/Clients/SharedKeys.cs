namespace Holdfast.Simulation;

/// <summary>
/// The keys that clients share, by what is done with them and so by what is checked: registers, of which each history is put into an
/// order; lists, which only grow, by unique tags; counters, which only count; and banks, whose keys one batch changes together.
/// </summary>
internal static class SharedKeys
{
    /// <summary>How many of each there are.</summary>
    public const int OfEach = 2;

    /// <summary>What follows each tag in a list.</summary>
    public const char TagEnd = ';';

    private const string ListPrefix = "list/";
    private const string CounterPrefix = "count/";
    private const string BankPrefix = "{bank";
    private const string LogSuffix = "log";

    /// <summary>The keys of a bank beside its log: accounts, whose sum stays zero, and stamps, which are always equal.</summary>
    public static IReadOnlyList<string> Accounts { get; } = ["account/0", "account/1", "account/2", "account/3"];

    /// <summary>See <see cref="Accounts"/>.</summary>
    public static IReadOnlyList<string> Stamps { get; } = ["stamp/0", "stamp/1", "stamp/2"];

    public static string List(int number) => $"{ListPrefix}{number}";

    public static string Counter(int number) => $"{CounterPrefix}{number}";

    /// <summary>What the keys of a bank begin with: a hash tag, so that they are in one slot.</summary>
    public static string Bank(int number) => $"{BankPrefix}{number}}}";

    /// <summary>The list of what was done to a bank, to which each batch adds.</summary>
    public static string LogOf(string bank) => bank + LogSuffix;

    /// <summary>All keys of a bank, its log first.</summary>
    public static IEnumerable<string> AllOf(string bank) => [LogOf(bank), .. Accounts.Concat(Stamps).Select(name => bank + name)];

    /// <summary>The bank of one of its keys, or of the prefix itself.</summary>
    public static string BankOf(string key) => key[..(key.IndexOf('}', StringComparison.Ordinal) + 1)];

    public static bool IsBank(string key) => key.StartsWith(BankPrefix, StringComparison.Ordinal);

    public static bool IsList(string key) =>
        key.StartsWith(ListPrefix, StringComparison.Ordinal) || (IsBank(key) && key.EndsWith(LogSuffix, StringComparison.Ordinal));

    public static bool IsCounter(string key) => key.StartsWith(CounterPrefix, StringComparison.Ordinal);

    public static bool IsRegister(string key) => !IsBank(key) && !IsList(key) && !IsCounter(key);
}
