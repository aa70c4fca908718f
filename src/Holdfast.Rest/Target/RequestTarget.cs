namespace Holdfast.Rest.Target;

/// <summary>
/// A request's target as the client sent it, still encoded. The server's own path is decoded and normalised: never use it.
/// </summary>
internal readonly record struct RequestTarget(string Path, string Query)
{
    /// <summary>Splits a raw target, in origin form (<c>/path?query</c>) or absolute form (<c>http://host/path?query</c>).</summary>
    public static RequestTarget Parse(string raw)
    {
        ReadOnlySpan<char> target = raw;
        int scheme = target.StartsWith('/') ? -1 : target.IndexOf("://", StringComparison.Ordinal);
        if (scheme >= 0)
        {
            target = target[(scheme + "://".Length)..];
            int authorityEnd = target.IndexOfAny('/', '?');
            target = authorityEnd < 0 ? "/" : target[authorityEnd..];
        }

        int query = target.IndexOf('?');
        return query < 0
            ? new RequestTarget(target.ToString(), "")
            : new RequestTarget(target[..query].ToString(), target[(query + 1)..].ToString());
    }
}
