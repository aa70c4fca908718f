using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Rest.Gate;
using Holdfast.Rest.Problems;

namespace Holdfast.Rest.Watching;

/// <summary>The last revision of each partition, or why it is not known.</summary>
internal readonly record struct EndsAnswer(Revision[] Ends, Problem? Problem);

/// <summary>
/// Asks for the last revision of every partition, linearizable: of a moment after the question. Those that ask while one round is under way
/// share the next, so that a node's watchers that all come back at once do not cost a round each. Thread-safe.
/// </summary>
internal sealed class PartitionEnds(IRequestGate gate, GateCallPool calls)
{
    private readonly Lock _lock = new();
    private Task<EndsAnswer> _current = Task.FromResult(default(EndsAnswer));
    private Task<EndsAnswer>? _next;

    /// <summary>Asks.</summary>
    public Task<EndsAnswer> AskAsync()
    {
        lock (_lock)
        {
            return _next is null && _current.IsCompleted ? _current = Task.Run(ReadAsync) : _next ??= ReadAfterAsync(_current);
        }
    }

    private async Task<EndsAnswer> ReadAfterAsync(Task<EndsAnswer> round)
    {
        await ((Task)round).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        lock (_lock)
        {
            _current = _next!;
            _next = null;
        }

        return await ReadAsync();
    }

    private async Task<EndsAnswer> ReadAsync()
    {
        GateCall[] asked = new GateCall[gate.PartitionCount];
        Array.ForEach(Enumerable.Range(0, asked.Length).ToArray(), i => asked[i] = calls.Rent());
        try
        {
            ValueTask[] replies = [.. asked.Select((call, partition) => call.SendAsync(RequestOf(partition), CancellationToken.None))];
            var ends = new Revision[asked.Length];
            Problem? problem = null;
            for (int i = 0; i < ends.Length; i++)
            {
                await replies[i];
                Reply reply = asked[i].Reply;
                ends[i] = new Revision((ulong)reply.Number);
                problem ??= reply.Fault == FaultCode.None ? null : Problem.Of(reply.ToFault());
            }

            return new EndsAnswer(ends, problem);
        }
        finally
        {
            Array.ForEach(asked, call => call.Dispose());
        }
    }

    private static Request RequestOf(int partition) => new()
    {
        Operation = Operation.Changes,
        Flags = RequestFlags.FromNow,
        Partition = new PartitionId((uint)partition),
    };
}
