using Holdfast.Api;
using Holdfast.Rest.Target;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Rest.Calls;

/// <summary>One HTTP call on its way through a handler.</summary>
internal sealed class RestCall(HttpContext http, RequestTarget target, QueryParameters query)
{
    /// <summary>The call as the server sees it.</summary>
    public HttpContext Http { get; } = http;

    /// <summary>Its target.</summary>
    public RequestTarget Target { get; } = target;

    /// <summary>Its query's parameters.</summary>
    public QueryParameters Query { get; } = query;

    /// <summary>Cancelled when the client goes away.</summary>
    public CancellationToken Aborted => Http.RequestAborted;

    /// <summary>Whether it is a HEAD, whose answer has no body.</summary>
    public bool IsHead => HttpMethods.IsHead(Http.Request.Method);

    /// <summary>The answer.</summary>
    public HttpResponse Response => Http.Response;

    /// <summary>Whether the client asked for a media type by its exact name.</summary>
    public bool Accepts(string mediaType)
    {
        foreach (string? header in Http.Request.Headers.Accept)
        {
            ReadOnlySpan<char> types = header;
            foreach (Range range in types.Split(','))
            {
                ReadOnlySpan<char> type = types[range];
                int parameters = type.IndexOf(';');
                if ((parameters < 0 ? type : type[..parameters]).Trim().Equals(mediaType, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Tells who answered, in the answer's headers.</summary>
    public void NameServer(in Reply reply)
    {
        Response.Headers["Holdfast-Served-By"] = reply.ServedBy.ToString();
        Response.Headers["Holdfast-Partition"] = reply.Partition.ToString();
    }

    /// <summary>Tells a key's revision, in the answer's headers.</summary>
    public void NameRevision(in Reply reply)
    {
        Response.Headers.ETag = $"\"{reply.Revision}\"";
        Response.Headers["Holdfast-Revision"] = reply.Revision.ToString();
    }
}
