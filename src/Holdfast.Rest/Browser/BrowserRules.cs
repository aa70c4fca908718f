using System.Net;
using Holdfast.Rest.Problems;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Rest.Browser;

/// <summary>
/// What keeps a web page from using a visitor's browser against a node: a foreign page changes nothing, and a name that was
/// rebound to this node's address reads nothing. Thread-safe.
/// </summary>
internal sealed class BrowserRules(RestOptions options)
{
    private readonly HashSet<string> _allowedHosts = new(options.AllowedHosts, StringComparer.OrdinalIgnoreCase);

    /// <summary>Why a request is refused; null when it is not.</summary>
    public Problem? Check(HttpRequest request)
    {
        if (!IsAllowedHost(request.Host))
        {
            return Problem.Forbidden(
                $"The host '{request.Host.Value}' is neither loopback, nor this node's advertised name, nor in --allowed-hosts.");
        }

        if (IsSafe(request.Method))
        {
            return null;
        }

        if (string.Equals(request.Headers["Sec-Fetch-Site"], "cross-site", StringComparison.OrdinalIgnoreCase))
        {
            return Problem.Forbidden("A page of another site can't change anything here.");
        }

        string? origin = request.Headers.Origin;
        return origin is null || IsSameHost(origin, request.Host)
            ? null
            : Problem.Forbidden($"A page of the origin '{origin}' can't change anything here.");
    }

    /// <summary>Whether a method by its name changes nothing (RFC 9110 §9.2.1).</summary>
    public static bool IsSafe(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    private bool IsAllowedHost(HostString host)
    {
        if (!host.HasValue)
        {
            // Browsers always send one; HTTP/1.0 tools need not.
            return true;
        }

        string name = host.Host.TrimStart('[').TrimEnd(']');
        return string.Equals(name, "localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(name, out IPAddress? address) && IPAddress.IsLoopback(address))
            || _allowedHosts.Contains(name)
            || _allowedHosts.Contains(RestOptions.AnyHost);
    }

    /// <summary>Whether the page came from this host and port; the scheme may differ, since TLS may end before this node.</summary>
    private static bool IsSameHost(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out Uri? page)
        && Uri.TryCreate($"{page.Scheme}://{host.Value}", UriKind.Absolute, out Uri? self)
        && string.Equals(page.Authority, self.Authority, StringComparison.OrdinalIgnoreCase);
}
