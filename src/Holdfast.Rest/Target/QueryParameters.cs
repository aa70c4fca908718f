using System.Diagnostics.CodeAnalysis;
using System.Text;
using Holdfast.Api;
using Holdfast.Rest.Problems;

namespace Holdfast.Rest.Target;

/// <summary>
/// A query's parameters: names as sent, values decoded to bytes. A name may come once, and a name that a call does not know is
/// refused: ignoring a misspelt condition or range would do something that the client did not ask for.
/// </summary>
internal sealed class QueryParameters
{
    /// <summary>Parameters of the contract that this version does not have.</summary>
    private static readonly string[] Unbuilt = ["max_staleness"];

    private readonly List<KeyValuePair<string, byte[]>> _values = [];

    /// <summary>Reads a query without its question mark.</summary>
    public static Problem? Parse(string query, out QueryParameters parameters)
    {
        parameters = new QueryParameters();
        foreach (Range range in query.AsSpan().Split('&'))
        {
            ReadOnlySpan<char> part = query.AsSpan()[range];
            if (part.IsEmpty)
            {
                continue;
            }

            int equals = part.IndexOf('=');
            string name = (equals < 0 ? part : part[..equals]).ToString();
            ReadOnlySpan<char> text = equals < 0 ? default : part[(equals + 1)..];
            if (!PercentEncoding.TryDecode(text, out byte[]? value))
            {
                return Problem.Of(FaultCode.BadRequest, $"The value of '{name}' is not percent-encoded as it should be.");
            }

            if (parameters.Has(name))
            {
                return Problem.Of(FaultCode.BadRequest, $"The parameter '{name}' is given twice.");
            }

            parameters._values.Add(new(name, value));
        }

        return null;
    }

    /// <summary>Whether a parameter was given.</summary>
    public bool Has(string name) => TryGet(name, out _);

    /// <summary>The bytes of a parameter, when it was given.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out byte[]? value)
    {
        foreach (KeyValuePair<string, byte[]> pair in _values)
        {
            if (string.Equals(pair.Key, name, StringComparison.Ordinal))
            {
                value = pair.Value;
                return true;
            }
        }

        value = null;
        return false;
    }

    /// <summary>The bytes of a parameter, or none.</summary>
    public byte[] BytesOrEmpty(string name) => TryGet(name, out byte[]? value) ? value : [];

    /// <summary>The text of a parameter; null when it was not given.</summary>
    public string? Text(string name) => TryGet(name, out byte[]? value) ? Encoding.Latin1.GetString(value) : null;

    /// <summary>Reads a parameter that is <c>true</c> or <c>false</c>; false when it was not given.</summary>
    public Problem? ReadFlag(string name, out bool value)
    {
        string? text = Text(name);
        value = text == "true";
        return text is null or "true" or "false" ? null : Problem.Of(FaultCode.BadRequest, $"'{name}' is 'true' or 'false'.");
    }

    /// <summary>Refuses parameters that are not among <paramref name="known"/>.</summary>
    public Problem? Check(params ReadOnlySpan<string> known)
    {
        foreach ((string name, _) in _values)
        {
            if (!known.Contains(name))
            {
                return Unbuilt.Contains(name, StringComparer.Ordinal)
                    ? Problem.Of(FaultCode.Unsupported, $"This version does not have the parameter '{name}'.")
                    : Problem.Of(FaultCode.BadRequest, $"The parameter '{name}' is not one of {string.Join(", ", known!)}.");
            }
        }

        return null;
    }
}
