namespace Holdfast.Storage.Tests.Log;

public sealed class RecoveryTableTests
{
    public static TheoryData<int, int, int> EveryCombination()
    {
        var data = new TheoryData<int, int, int>();
        foreach (Side side in new[] { Side.Below, Side.Beyond })
        {
            foreach (Spot spot in Enum.GetValues<Spot>().Where(spot => spot != Spot.Any))
            {
                foreach (Body body in Enum.GetValues<Body>().Where(body => body != Body.Any))
                {
                    data.Add((int)side, (int)spot, (int)body);
                }
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(EveryCombination))]
    public void Exactly_one_row_answers_each_combination(int side, int spot, int body) =>
        Assert.Single(RecoveryCase.Table, row => row.Answers((Side)side, (Spot)spot, (Body)body));

    [Theory]
    [MemberData(nameof(EveryCombination))]
    public void Nothing_below_the_watermark_is_ever_cut_and_nothing_beyond_it_is_ever_damage(int side, int spot, int body)
    {
        Decision decision = RecoveryCase.Table.Single(row => row.Answers((Side)side, (Spot)spot, (Body)body)).Decision;
        Decision[] allowed = (Side)side == Side.Below
            ? [Decision.Accept, Decision.DamageOfGroups, Decision.DamageOfAll, Decision.Impossible]
            : [Decision.Accept, Decision.CutTail, Decision.End];
        Assert.Contains(decision, allowed);
    }

    [Fact]
    public void Every_row_has_a_label_of_its_own() =>
        Assert.Equal(RecoveryCase.Table.Count, RecoveryCase.Table.Select(row => row.Label).Distinct(StringComparer.Ordinal).Count());

    [Fact]
    public void The_combinations_are_all_of_them() => Assert.Equal(2 * 6 * 3, EveryCombination().Count);
}
