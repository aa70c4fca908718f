using Holdfast.Api;
using Holdfast.Rest.Idempotency;
using Holdfast.Rest.Problems;

namespace Holdfast.Rest.Calls;

/// <summary>What every write says besides what it changes: how long it may take, and what the client calls it by.</summary>
internal readonly record struct WriteOptions(uint TimeoutMs, IdempotencyKey Idempotency)
{
    /// <summary>Reads them from a call's headers. Of a write that is done <paramref name="inSteps"/> the client's name is shorter.</summary>
    public static Problem? Read(RestCall call, out WriteOptions options, bool inSteps = false)
    {
        options = default;
        if (CallOptions.ReadTimeout(call, out uint timeoutMs) is { } badTimeout)
        {
            return badTimeout;
        }

        if (IdempotencyKey.Read(call, out IdempotencyKey idempotency, inSteps) is { } badIdempotency)
        {
            return badIdempotency;
        }

        options = new WriteOptions(timeoutMs, idempotency);
        return null;
    }

    /// <summary>Reads those of a call whose body names many keys: whatever else it says stands there, so it has no parameters and no condition.</summary>
    public static Problem? ReadOfManyKeys(RestCall call, out WriteOptions options)
    {
        options = default;
        return call.Query.Check() ?? CallOptions.RefuseCondition(call) ?? Read(call, out options);
    }

    /// <summary>The options of one step of the write, counted from 1.</summary>
    public WriteOptions OfStep(int step) => this with { Idempotency = Idempotency.OfStep(step) };

    /// <summary>Puts them on a write that is else complete.</summary>
    public void Mark(ref Request write)
    {
        write.TimeoutMs = TimeoutMs;
        Idempotency.Mark(ref write);
    }
}
