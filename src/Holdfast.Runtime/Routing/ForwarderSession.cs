using Holdfast.Api;
using Holdfast.Primitives;

namespace Holdfast.Runtime.Routing;

/// <summary>
/// The numbers under which this process forwards writes to one partition, so that one that is sent again takes effect once (Ongaro §6.3).
/// </summary>
/// <param name="random">Gives each session its id.</param>
internal sealed class ForwarderSession(SeededRandom random)
{
    /// <summary>How many writes may be open at once: below what a partition keeps results of in one session (10,000).</summary>
    public const int MaxOpen = 8192;

    private const int WordBits = 64;

    // Which numbers from the lowest open one on were closed, by their remainder.
    private readonly ulong[] _closed = new ulong[MaxOpen / WordBits];

    /// <summary>The session; never zero.</summary>
    public ulong Id { get; private set; } = NewId(random);

    /// <summary>The last number that was taken; zero when none was.</summary>
    public ulong Last { get; private set; }

    /// <summary>The lowest number that is not closed.</summary>
    public ulong LowestOpen { get; private set; } = 1;

    /// <summary>Whether the partition knows the session: a write of it was applied.</summary>
    public bool IsBegun { get; private set; }

    /// <summary>Whether a number can be taken: the second one only once the partition knows the session.</summary>
    public bool CanTake => IsBegun ? Last - LowestOpen + 1 < MaxOpen : Last == 0;

    /// <summary>Whether enough numbers can be taken for what waits for it to go on.</summary>
    public bool HasRoom => IsBegun ? Last - LowestOpen + 1 <= MaxOpen / 2 : Last == 0;

    /// <summary>Takes the next number; <see cref="CanTake"/> must hold.</summary>
    public ulong Take()
    {
        Invariant.Require(CanTake, "a number is taken only when there is room for its answer");
        return ++Last;
    }

    /// <summary>
    /// A write's number with the lowest one that is open now. A write of an earlier session, which may have been applied there, keeps its number
    /// there; nobody counts any more what is open before it.
    /// </summary>
    public SessionNumber NumberOf(ulong id, ulong sequence) => new(id, sequence, id == Id ? LowestOpen : sequence);

    /// <summary>
    /// Nobody waits any more for the answer to a number. From when a later write is applied that says so, the partition does not take a late
    /// copy of this one. When it was the first, and is not known to have begun the session, another session takes its place.
    /// </summary>
    public void Close(ulong id, ulong sequence, bool wasApplied)
    {
        if (id != Id)
        {
            return;
        }

        IsBegun |= wasApplied;
        if (!IsBegun)
        {
            Renew();
            return;
        }

        Invariant.Require(sequence >= LowestOpen && sequence <= Last, "a number is closed once, after it was taken");
        Bits(sequence) |= Bit(sequence);
        while (LowestOpen <= Last && (Bits(LowestOpen) & Bit(LowestOpen)) != 0)
        {
            Bits(LowestOpen) &= ~Bit(LowestOpen);
            LowestOpen++;
        }
    }

    /// <summary>Goes on with another session: the partition does not know this one, or no more.</summary>
    public void Renew()
    {
        Id = NewId(random);
        Last = 0;
        LowestOpen = 1;
        IsBegun = false;
        Array.Clear(_closed);
    }

    private static ulong NewId(SeededRandom random)
    {
        ulong id;
        do
        {
            id = random.NextUInt64();
        }
        while (id == 0);
        return id;
    }

    private static ulong Bit(ulong sequence) => 1UL << (int)(sequence % WordBits);

    private ref ulong Bits(ulong sequence) => ref _closed[sequence % MaxOpen / WordBits];
}
