using static Holdfast.Simulation.Tests.Histories;

namespace Holdfast.Simulation.Tests;

public class RevisionOrderTests
{
    [Fact]
    public void Revisions_that_grow_or_overlap_are_accepted() =>
        Assert.Null(RevisionOrder.Check([Put(1, 2, "a", 3), Put(3, 8, "b", 9), Get(4, 5, "a", 3), Get(6, 7, "b", 9), Get(9, 10, "b", 9)]));

    [Fact]
    public void A_revision_that_goes_back_after_an_answer_is_refused()
    {
        string? broken = RevisionOrder.Check([Get(4, 5, "a", 3), Put(1, 2, "b", 9)]);

        Assert.Contains("went back", broken);
        Assert.Contains("r9", broken);
        Assert.Contains("r3", broken);
    }

    [Fact]
    public void Keys_do_not_share_revisions() =>
        Assert.Null(RevisionOrder.Check([Put(1, 2, "a", 9), Put(3, 4, "b", 1) with { Key = "other" }]));
}
