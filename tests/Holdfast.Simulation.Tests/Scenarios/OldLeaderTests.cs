namespace Holdfast.Simulation.Tests;

/// <summary>Linearizable reads at a leader that was replaced and does not know it (Ongaro §6.4).</summary>
public class OldLeaderTests
{
    private const ulong Seeds = 5;

    [Fact]
    public void A_leader_that_was_paused_never_answers_with_what_another_has_overwritten() =>
        AssertNothingStale(paused: true, Contact.Whole, Contact.Whole);

    [Fact]
    public void A_leader_that_wakes_before_it_hears_from_its_peers_never_answers_with_what_another_has_overwritten() =>
        AssertNothingStale(paused: true, Contact.CutOff, Contact.Whole);

    [Fact]
    public void A_leader_that_wakes_cut_off_never_answers_with_what_another_has_overwritten() =>
        AssertNothingStale(paused: true, Contact.CutOff, Contact.CutOff);

    [Fact]
    public void A_leader_that_wakes_and_can_send_but_not_receive_never_answers_with_what_another_has_overwritten() =>
        AssertNothingStale(paused: true, Contact.OnlySends, Contact.OnlySends);

    [Fact]
    public void A_leader_that_wakes_and_can_receive_but_not_send_never_answers_with_what_another_has_overwritten() =>
        AssertNothingStale(paused: true, Contact.OnlyReceives, Contact.OnlyReceives);

    [Fact]
    public void A_leader_that_is_cut_off_never_answers_with_what_another_has_overwritten() =>
        AssertNothingStale(paused: false, Contact.CutOff, Contact.CutOff);

    [Fact]
    public void A_leader_that_can_send_but_not_receive_never_answers_with_what_another_has_overwritten() =>
        AssertNothingStale(paused: false, Contact.OnlySends, Contact.OnlySends);

    [Fact]
    public void A_leader_that_can_receive_but_not_send_never_answers_with_what_another_has_overwritten() =>
        AssertNothingStale(paused: false, Contact.OnlyReceives, Contact.OnlyReceives);

    [Theory]
    [InlineData(true, Contact.CutOff, Contact.Whole)]
    [InlineData(true, Contact.CutOff, Contact.CutOff)]
    [InlineData(true, Contact.OnlySends, Contact.OnlySends)]
    [InlineData(false, Contact.CutOff, Contact.CutOff)]
    public void The_same_scenario_finds_stale_reads_when_reads_are_granted_without_a_round(bool paused, Contact before, Contact after)
    {
        bool found = false;
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            using OldLeader scenario = new(seed, PlantedBug.ReadsWithoutRound);
            scenario.Play(paused, before, after);

            // The judge of the random seeds sees what this scenario sees.
            Assert.Equal(scenario.StaleReads.Count > 0, scenario.Linearizability.Broken is not null);
            found |= scenario.StaleReads.Count > 0;
        }

        Assert.True(found, $"no seed of {Seeds} had a stale read");
    }

    private static void AssertNothingStale(bool paused, Contact before, Contact after)
    {
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            using OldLeader scenario = new(seed, PlantedBug.None);
            scenario.Play(paused, before, after);
            scenario.Heal();

            Assert.Empty(scenario.StaleReads);
            Assert.Null(scenario.Linearizability.Broken);
            Assert.Empty(scenario.Linearizability.Undecided);
        }
    }
}
