using System.Globalization;
using Holdfast.Consensus.Tests.Harness;
using Holdfast.Primitives;

namespace Holdfast.Consensus.Tests.Scenarios;

/// <summary>
/// The words after a verb: <c>1 2</c> by position, <c>key=value</c> and <c>key=(a b)</c> by name. What no handler asks for is an
/// error.
/// </summary>
internal sealed class Arguments
{
    private readonly List<string> _words = [];
    private readonly Dictionary<string, string> _named = [];
    private readonly HashSet<string> _asked = [];

    public Arguments(string line)
    {
        List<string> tokens = Tokens(line);
        Verb = tokens[0];
        foreach (string token in tokens.Skip(1))
        {
            int equals = token.IndexOf('=', StringComparison.Ordinal);
            string key = equals < 0 ? token : token[..equals];
            if (equals > 0 && Verb != "propose")
            {
                _named.Add(key, token[(equals + 1)..].Trim('(', ')'));
            }
            else
            {
                _words.Add(token);
            }
        }
    }

    public string Verb { get; }

    public int Count => _words.Count;

    /// <summary>Takes the flag out of the words; false when it is not there.</summary>
    public bool TakeFlag(string flag) => _words.Remove(flag);

    public string Word(int position) => position < _words.Count
        ? Asked(_words[position], _words[position])
        : throw new ScriptException($"argument {position + 1} is missing");

    public string? WordOrNull(int position) => position < _words.Count ? Word(position) : null;

    public int Number(int position) => ParseNumber(Word(position));

    public ReplicaId Replica(int position) => ParseReplica(Word(position));

    public bool Has(string key) => _named.ContainsKey(key);

    public string? Text(string key) => _named.TryGetValue(key, out string? value) ? Asked(key, value) : null;

    public int Number(string key, int otherwise) => Text(key) is { } text ? ParseNumber(text) : otherwise;

    public ulong Number64(string key) => Text(key) is { } text ? ParseNumber64(text) : 0;

    /// <summary>The numbers in <c>key=(1 1 4)</c>; none when it is missing.</summary>
    public ulong[] Numbers(string key) =>
        [.. (Text(key) ?? "").Split([' ', ','], StringSplitOptions.RemoveEmptyEntries).Select(ParseNumber64)];

    /// <summary>The replicas in <c>key=4,5</c>; none when it is missing.</summary>
    public ReplicaId[] Replicas(string key) => [.. Numbers(key).Select(number => SimulatedCluster.Replica((int)number))];

    /// <summary>The entry named in <c>key=3/7</c>.</summary>
    public EntryId Entry(string key)
    {
        string[] halves = (Text(key) ?? "0/0").Split('/');
        return new EntryId(new Term(ParseNumber64(halves[0])), new LogIndex(ParseNumber64(halves[^1])));
    }

    /// <summary>Complains of what no handler asked for.</summary>
    public void RequireAllAsked()
    {
        if (_words.Concat(_named.Keys).FirstOrDefault(word => !_asked.Contains(word)) is { } odd)
        {
            throw new ScriptException($"'{odd}' is not understood");
        }
    }

    public static ReplicaId ParseReplica(string word) => SimulatedCluster.Replica(ParseNumber(word));

    public static int ParseNumber(string word) => int.TryParse(word, CultureInfo.InvariantCulture, out int number)
        ? number
        : throw new ScriptException($"'{word}' is no number");

    private static ulong ParseNumber64(string word) => ulong.TryParse(word, CultureInfo.InvariantCulture, out ulong number)
        ? number
        : throw new ScriptException($"'{word}' is no number");

    private string Asked(string key, string value)
    {
        _asked.Add(key);
        return value;
    }

    /// <summary>The words of a line; what stands in parentheses is not taken apart.</summary>
    private static List<string> Tokens(string line)
    {
        List<string> tokens = [];
        foreach (string word in line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (tokens.Count > 0 && tokens[^1].Contains('(', StringComparison.Ordinal) && !tokens[^1].EndsWith(')'))
            {
                tokens[^1] += " " + word;
            }
            else
            {
                tokens.Add(word);
            }
        }

        return tokens;
    }
}
