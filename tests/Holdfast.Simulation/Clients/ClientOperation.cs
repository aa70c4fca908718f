using System.Globalization;
using System.Text;
using Holdfast.Api;

namespace Holdfast.Simulation;

/// <summary>What a client learned about an operation.</summary>
public enum OperationOutcome
{
    /// <summary>It was done, and the answer says what it did.</summary>
    Done,

    /// <summary>It was refused for what the key holds (a failed condition, a value that isn't an integer): it changed nothing, but it saw something.</summary>
    Refused,

    /// <summary>The node promised that it was not and will not be applied.</summary>
    NotApplied,

    /// <summary>It may have taken effect, may still do so, or never will.</summary>
    Unknown,
}

/// <summary>One call of one client, with what came of it. Keys and values are bytes, one to a character.</summary>
public sealed record ClientOperation
{
    /// <summary>The place in the history of the moment before which it can't have taken effect.</summary>
    public required long Invoked { get; init; }

    /// <summary>The place of the moment after which it can't take effect; <see cref="long.MaxValue"/> while that is open.</summary>
    public long Completed { get; init; } = long.MaxValue;

    /// <summary>The virtual time of the invocation in µs.</summary>
    public long InvokedAt { get; init; }

    /// <summary>The virtual time of the answer in µs.</summary>
    public long CompletedAt { get; init; } = long.MaxValue;

    /// <summary>The client.</summary>
    public int Client { get; init; }

    /// <summary>
    /// What was asked of one key: <see cref="Operation.Get"/>, <c>Deadline</c>, <c>Put</c>, <c>Append</c>, <c>Delete</c>, <c>Increment</c> or
    /// <c>Expire</c>. Of several: <c>Batch</c> or <c>List</c>.
    /// </summary>
    public required Operation Operation { get; init; }

    /// <summary>The condition of a write.</summary>
    public RequestFlags Flags { get; init; }

    /// <summary>The key; of a batch one of its keys, of a page the first that it may hold.</summary>
    public required string Key { get; init; }

    /// <summary>The value to put or append; of a page the key before which it ends.</summary>
    public string Value { get; init; } = "";

    /// <summary>The increment.</summary>
    public long Argument { get; init; }

    /// <summary>The revision of the condition.</summary>
    public ulong IfRevision { get; init; }

    /// <summary>When a put or an expire lets the key end.</summary>
    public Expiry Expiry { get; init; }

    /// <summary>The virtual time in µs before which the key does not end by <see cref="Expiry"/>; zero: at any time from the write on.</summary>
    public long EndsFrom { get; init; }

    /// <summary>The operations of a batch; all other properties of theirs are those of nobody's call.</summary>
    public IReadOnlyList<ClientOperation> Parts { get; init; } = [];

    /// <summary>By what the nodes know it for the same when it is sent again. The client does so as long as it doesn't know the outcome.</summary>
    public Repetition Repetition { get; init; }

    /// <summary>How often it was sent.</summary>
    public int Attempts { get; init; }

    /// <summary>How many of these ended without the client knowing what came of them.</summary>
    public int Doubts { get; init; }

    /// <summary>Whether it ended in a session that was never begun, in which nothing may be carried out.</summary>
    public bool InUnknownSession { get; init; }

    /// <summary>Whether the partition had forgotten the session in which it was sent.</summary>
    public bool LostSession { get; init; }

    /// <summary>What is known of its effect.</summary>
    public OperationOutcome Outcome { get; init; } = OperationOutcome.Unknown;

    /// <summary>The reason of a refusal or failure.</summary>
    public FaultCode Fault { get; init; }

    /// <summary>A read found the key, or an expire did.</summary>
    public bool Found { get; init; }

    /// <summary>A write created the key.</summary>
    public bool Created { get; init; }

    /// <summary>The value that a get found.</summary>
    public string Read { get; init; } = "";

    /// <summary>The revision in the answer.</summary>
    public ulong Revision { get; init; }

    /// <summary>The number in the answer: a length, a sum, how many keys were deleted or got a deadline, or a deadline.</summary>
    public long Number { get; init; }

    /// <summary>What the answer to a read says is left to live, in ms; zero: no deadline.</summary>
    public ulong TimeToLiveMs { get; init; }

    /// <summary>What a batch told of each of its operations, or a page of each of its pairs, in order.</summary>
    public IReadOnlyList<KeyAnswer> Told { get; init; } = [];

    /// <summary>Whether it concerns one key alone.</summary>
    public bool IsOfOneKey => Operation is not (Operation.Batch or Operation.List);

    /// <summary>Whether it changes the key when it takes effect.</summary>
    public bool IsWrite => Operation is not (Operation.Get or Operation.Deadline or Operation.List);

    /// <summary>The call, its answer and its time in one line.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        string end = CompletedAt == long.MaxValue ? "open" : (CompletedAt / 1e6).ToString("F6", CultureInfo.InvariantCulture);
        text.Append(CultureInfo.InvariantCulture, $"[{InvokedAt / 1e6:F6}..{end}] client {Client} {Operation} '{Key}'");
        text.Append(Operation switch
        {
            Operation.Put or Operation.Append => $" '{Short(Value)}'",
            Operation.Increment => $" by {Argument}",
            Operation.Batch => $" [{string.Join(", ", Parts.Select(part => part.Asked()))}]",
            _ => "",
        });
        text.Append(Expiry.Kind == ExpiryKind.Never ? "" : $" {Expiry.Kind} {Expiry.Milliseconds} ms");
        text.Append(Flags.HasFlag(RequestFlags.IfRevision) ? $" if r{IfRevision}" : Flags == RequestFlags.None ? "" : $" {Flags}");
        text.Append(Repetition == Repetition.None ? "" : $" by {Repetition}, {Attempts} times");
        text.Append(" -> ").Append(Answer());
        return text.ToString();
    }

    private string Asked() => $"{Operation} '{Key}'{(Value.Length == 0 ? "" : $" '{Short(Value)}'")}{(Argument == 0 ? "" : $" by {Argument}")}"
        + (Flags.HasFlag(RequestFlags.IfRevision) ? $" if r{IfRevision}" : Flags == RequestFlags.None ? "" : $" {Flags}");

    private string Answer() => Outcome switch
    {
        OperationOutcome.Unknown => $"unknown ({Fault.Name()})",
        OperationOutcome.NotApplied => $"not applied ({Fault.Name()})",
        OperationOutcome.Refused => $"refused ({Fault.Name()}, r{Revision})",
        _ when !IsOfOneKey => string.Join(", ", Told),
        _ when !IsWrite && !Found => "absent",
        _ when Operation == Operation.Get => $"'{Short(Read)}' r{Revision}{(TimeToLiveMs == 0 ? "" : $", {TimeToLiveMs} ms left")}",
        _ => $"done, number {Number}, r{Revision}{(Created ? ", created" : "")}",
    };

    private static string Short(string value) => value.Length <= 80 ? value : $"{value[..30]}...{value[^30..]} ({value.Length} bytes)";
}
