using Holdfast.Api;
using Holdfast.Rest.Calls;
using Holdfast.Rest.Problems;

namespace Holdfast.Rest.Watching;

/// <summary>What a watch asks for.</summary>
/// <param name="Prefix">What the keys begin with.</param>
/// <param name="From">Where to go on from; null: from now.</param>
internal readonly record struct WatchQuery(byte[] Prefix, WatchToken? From)
{
    /// <summary>
    /// Reads a watch's parameters. A browser that reconnects repeats the address that it was given, with the last id in a header: the header
    /// is the later of the two.
    /// </summary>
    public static Problem? Read(RestCall call, out WatchQuery query)
    {
        query = default;
        if (call.Query.Check("prefix", "from") is { } unknown)
        {
            return unknown;
        }

        byte[] prefix = call.Query.BytesOrEmpty("prefix");
        if (prefix.Length > Limits.MaxKeyBytes)
        {
            return Problem.Of(FaultCode.KeyTooLarge, $"'prefix' has at most {Limits.MaxKeyBytes} bytes, as a key.");
        }

        string? lastId = call.Http.Request.Headers["Last-Event-ID"];
        string? text = string.IsNullOrEmpty(lastId) ? call.Query.Text("from") : lastId;
        WatchToken? from = null;
        if (text is not null && !WatchToken.TryParse(text, out from))
        {
            return Problem.Of(FaultCode.BadRequest, "'from' and Last-Event-ID are the id of an event, as it was given.");
        }

        query = new WatchQuery(prefix, from);
        return null;
    }
}
