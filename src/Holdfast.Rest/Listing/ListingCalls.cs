using Holdfast.Api;
using Holdfast.Rest.Calls;
using Holdfast.Rest.Gate;
using Holdfast.Rest.Problems;

namespace Holdfast.Rest.Listing;

/// <summary>Lists pairs over all partitions. Thread-safe.</summary>
internal sealed class ListingCalls(IRequestGate gate, GateCallPool calls)
{
    /// <summary>
    /// <c>GET /v1/kv</c>: all pairs of a range in the order of unsigned bytes, streamed. The first pages are there before the
    /// answer begins, so that most failures are a status and not a broken stream.
    /// </summary>
    public async ValueTask<Problem?> ListAsync(RestCall call)
    {
        if (ListingQuery.Read(call, out ListingQuery query) is { } refusal)
        {
            return refusal;
        }

        using var cursors = new MergedCursors(gate.PartitionCount, query, calls);
        if (await cursors.OpenAsync(call.Aborted) is { } problem)
        {
            return problem;
        }

        bool lines = call.Accepts(ListingOutput.LinesType);
        call.Response.ContentType = lines ? ListingOutput.LinesType : ListingOutput.DocumentType;
        if (!call.IsHead)
        {
            using ListingOutput output = lines ? new LinesOutput(call, query.KeysOnly) : new DocumentOutput(call, query.KeysOnly);
            await StreamAsync(cursors, query.Limit, output, call.Aborted);
            await call.Response.BodyWriter.FlushAsync(call.Aborted);
        }

        return null;
    }

    private static async ValueTask StreamAsync(MergedCursors cursors, long limit, ListingOutput output, CancellationToken aborted)
    {
        for (long left = limit; cursors.First is { } cursor; left--)
        {
            cursor.WriteTo(output);
            await output.FlushAsync();
            if (left == 1)
            {
                output.End(cursors.HasNext ? cursor.Key : default);
                return;
            }

            if (await cursors.MoveAsync(aborted) is { } problem)
            {
                output.Fail(problem);
                return;
            }
        }

        output.End(default);
    }
}
