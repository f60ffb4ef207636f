using DataBright.Learning.Arithmetic;
using DataBright.Learning.Valuation;

namespace DataBright.Learning.Tests.Valuation;

public sealed class RankingTests
{
    [Fact]
    public void The_area_is_the_share_of_pairs_in_the_right_order()
    {
        var chance = new Chance(1, Purpose.Resample, 7);
        for (var game = 0; game < 200; game++)
        {
            var count = 2 + game % 30;
            var values = Enumerable.Range(0, count).Select(i => (double)chance.Below(1 + game % 9, (ulong)(game * 100 + i))).ToArray();
            var isBad = Enumerable.Range(0, count)
                .Select(i => i == 0 || (i > 1 && chance.Below(3, (ulong)(game * 100 + 50 + i)) == 0)).ToArray();
            var pairs =
                (from b in Enumerable.Range(0, count) where isBad[b] from g in Enumerable.Range(0,
                    count) where !isBad[g] select values[b] < values[g] ? 1 : values[b] == values[g] ? 0.5 : 0).ToArray();
            Ranking.AreaUnderRoc(values, isBad).ShouldBe(pairs.Average(), 1e-12);
        }
    }

    [Fact]
    public void What_cannot_be_ranked_is_refused()
    {
        Should.Throw<ArgumentException>(() => Ranking.AreaUnderRoc([1, 2], [true]));
        Should.Throw<ArgumentException>(() => Ranking.AreaUnderRoc([1, 2], [true, true]));
        Should.Throw<ArgumentException>(() => Ranking.AreaUnderRoc([1, 2], [false, false]));
        Should.Throw<ArgumentException>(() => Ranking.AreaUnderRoc([1, double.NaN], [false, true]));
    }
}
