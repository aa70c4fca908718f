using Holdfast.Api;

namespace Holdfast.Client;

/// <summary>A call failed. Says why, and whether it took effect.</summary>
public sealed class HoldfastException(Fault fault, bool unreachable = false, Exception? inner = null)
    : Exception($"{fault.Code.Name()}: {fault.Detail}", inner)
{
    /// <summary>Why, in the words of the protocol.</summary>
    public Fault Fault { get; } = fault;

    /// <summary>Why.</summary>
    public FaultCode Code => Fault.Code;

    /// <summary>Whether the call took effect; a call that only reads never does.</summary>
    public Outcome Outcome => Fault.Outcome;

    /// <summary>The index of the operation of a batch that failed it; null when it is not known, or no batch.</summary>
    public int? BatchIndex { get; init; }

    /// <summary>Whether the last attempt found no endpoint that took a connection.</summary>
    public bool Unreachable { get; } = unreachable;
}
