using Holdfast.Bench.Compare.Load;
using Holdfast.Bench.Compare.Systems;

namespace Holdfast.Bench.Compare.Rows;

/// <summary>Rows that belong in one table.</summary>
internal enum Section
{
    /// <summary>Redis clients that know one node.</summary>
    Plain,

    /// <summary>Redis clients that know the cluster.</summary>
    Cluster,

    /// <summary>Against etcd.</summary>
    Etcd,

    /// <summary>HTTP against RESP.</summary>
    Http,
}

/// <summary>A system under one load generator; each run may go to another node.</summary>
internal sealed record Contestant(string Name, MeasuredSystem System, Func<int, ILoadGenerator> GeneratorOf);

/// <summary>What a row is called, whether it could be measured or not.</summary>
internal sealed record RowTitle(Section Section, LoadShape Shape)
{
    public override string ToString() => $"{Section.ToString().ToLowerInvariant()} {Shape}";
}

/// <summary>One load on ours and on the peer, in turn: each run of ours is compared with the peer's of the same round.</summary>
internal sealed record Row(RowTitle Title, IReadOnlyList<Contestant> Ours, Contestant Peer)
{
    /// <summary>All that run.</summary>
    public IEnumerable<Contestant> Contestants => [Ours[0], Peer, .. Ours.Skip(1)];

    /// <summary>All, in the order of a round: every other one is backwards, so that what goes first favours nobody.</summary>
    public IEnumerable<Contestant> InOrder(int round) => round % 2 == 0 ? Contestants : Contestants.Reverse();
}
