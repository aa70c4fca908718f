using System.Text;
using System.Text.Unicode;
using Holdfast.Client;

namespace Holdfast.Cli.Shell;

/// <summary>Completes the first word of a line to a command and the second to a key of the store.</summary>
internal sealed class StoreCompleter(IHoldfastClient client, IReadOnlyList<string> commands, IReadOnlySet<string> keyed)
{
    private const int MostKeys = 50;

    /// <summary>Tab must not hang where the cluster does.</summary>
    private static readonly ListOptions Quick = new()
    {
        KeysOnly = true,
        Stale = true,
        Limit = MostKeys,
        Timeout = TimeSpan.FromMilliseconds(500),
    };

    /// <summary>What the text can be completed to; nothing when the cluster does not answer.</summary>
    public async Task<Completion> CompleteAsync(string textToCursor, CancellationToken cancellationToken)
    {
        int start = textToCursor.LastIndexOf(' ') + 1;
        string typed = textToCursor[start..];
        string[] before = textToCursor[..start].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return before switch
        {
            [] => new Completion(start, [.. commands.Where(c => c.StartsWith(typed, StringComparison.Ordinal))]),
            [var command] when keyed.Contains(command) => new Completion(start, await KeysAsync(typed, cancellationToken)),
            _ => new Completion(start, []),
        };
    }

    private async Task<List<string>> KeysAsync(string prefix, CancellationToken cancellationToken)
    {
        var keys = new List<string>();
        try
        {
            await foreach (ListItem item in client.ListAsync(Quick with { Prefix = Encoding.UTF8.GetBytes(prefix) }, cancellationToken))
            {
                if (Utf8.IsValid(item.Key) && Encoding.UTF8.GetString(item.Key) is var key && ShellWords.Quote(key) == key)
                {
                    keys.Add(key);
                }
            }
        }
        catch (HoldfastException)
        {
            return [];
        }

        return keys;
    }
}
