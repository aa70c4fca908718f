using Holdfast.Api;
using Holdfast.Rest.Batches;
using Holdfast.Rest.Browser;
using Holdfast.Rest.Bulk;
using Holdfast.Rest.Calls;
using Holdfast.Rest.Clearing;
using Holdfast.Rest.Cluster;
using Holdfast.Rest.Gate;
using Holdfast.Rest.KeyValue;
using Holdfast.Rest.Listing;
using Holdfast.Rest.Problems;
using Holdfast.Rest.Routing;
using Holdfast.Rest.Target;
using Holdfast.Rest.Watching;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;

namespace Holdfast.Rest;

/// <summary>Takes each HTTP call to its handler and renders what the handler refuses. Thread-safe.</summary>
internal sealed class RestFrontEnd : IDisposable
{
    private readonly GateCallPool _calls;
    private readonly WatchCalls _watches;
    private readonly CancellationTokenRegistration _stopping;
    private readonly BrowserRules _browserRules;
    private readonly RoutingTable _routes;

    public RestFrontEnd(IRequestGate gate, IClusterViewSource cluster, IRouteMap routes, RestOptions options, IHostApplicationLifetime lifetime)
    {
        _calls = new GateCallPool(gate);
        _watches = new WatchCalls(gate, cluster, _calls, options.Watch);

        // A server that stops waits for its answers to end, which watches don't by themselves.
        _stopping = lifetime.ApplicationStopping.Register(_watches.Stop);
        _browserRules = new BrowserRules(options);
        _routes = new RoutingTable(
            gate,
            new KeyReads(_calls),
            new KeyWrites(gate, _calls),
            new ListingCalls(gate, _calls),
            new ClearCalls(gate, _calls),
            new BatchCalls(gate, routes, _calls),
            new SetCalls(gate, routes, _calls),
            new BulkReads(_calls),
            new ClusterCalls(cluster),
            _watches);
    }

    /// <summary>Answers a call, or passes it on when its path is none of this front end's.</summary>
    public async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        RequestTarget target = RequestTarget.Parse(http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        Resource? resource = _routes.Find(target.Path);
        Verb? verb = resource?.Find(http.Request.Method);
        if (resource is not null)
        {
            Answers.SetCommonHeaders(http.Response);
        }

        Problem? problem = _browserRules.Check(http.Request);
        if (problem is null && resource is null)
        {
            await next(http);
            problem = IsUnanswered(http.Response) ? Problem.NotFound("There is nothing at this path.") : null;
        }
        else if (problem is null)
        {
            problem = verb is null ? Problem.MethodNotAllowed(resource!.Allow) : await AnswerAsync(http, target, verb);
        }

        if (problem is not null)
        {
            // A method that a path does not have meant to change something, if methods of its name do.
            await http.Response.WriteProblemAsync(problem, verb?.IsWrite ?? !BrowserRules.IsSafe(http.Request.Method));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping.Dispose();
        _watches.Dispose();
        _calls.Dispose();
    }

    private static async ValueTask<Problem?> AnswerAsync(HttpContext http, RequestTarget target, Verb verb)
    {
        try
        {
            return QueryParameters.Parse(target.Query, out QueryParameters query)
                ?? await verb.Handler(new RestCall(http, target, query));
        }
        catch (BadHttpRequestException malformed) when (!http.Response.HasStarted && !http.RequestAborted.IsCancellationRequested)
        {
            return Problem.Of(FaultCode.BadRequest, malformed.Message) with { Status = malformed.StatusCode };
        }
        catch (Exception gone) when (gone is ConnectionResetException
            || (http.RequestAborted.IsCancellationRequested && gone is OperationCanceledException or IOException))
        {
            // The client went away: there is nobody to answer.
            http.Abort();
            return null;
        }
    }

    private static bool IsUnanswered(HttpResponse response) =>
        response is { HasStarted: false, StatusCode: StatusCodes.Status404NotFound, ContentLength: null, ContentType: null };
}
