using System.Numerics;
using DataBright.Learning.Valuation;

namespace DataBright.Learning.Tests.Valuation;

public sealed class CosineContributionTests
{
    [Fact]
    public void A_contribution_is_the_cosine_to_the_aggregate_rounded_down()
    {
        for (var seed = 1UL; seed <= 10; seed++)
        {
            var updates = Updates(7, 50, seed);
            int[] survivors = [0, 2, 3, 5, 6];
            var contribution = new CosineContribution(7);
            contribution.Add(updates, survivors);
            var aggregate = Enumerable.Range(0, 50).Select(k => survivors.Sum(i => (double)updates[i].Span[k])).ToArray();
            for (var i = 0; i < 7; i++)
            {
                var own = updates[i].ToArray().Select(x => (double)x).ToArray();
                double Inner(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
                var cosine = Inner(own, aggregate) / Math.Sqrt(Inner(own, own) * Inner(aggregate, aggregate));
                var expected = survivors.Contains(i) ? Math.Max(cosine, 0) : 0;
                (contribution.Contributions[i] / (double)CosineContribution.One).ShouldBe(expected, 1e-9);
            }
        }
    }

    [Fact]
    public void Memory_averages_over_rounds_and_shares_never_exceed_the_pot()
    {
        var contribution = new CosineContribution(3, memory: 1 << 15);
        contribution.Add(Gram([4, 0, 0], [0, 4, 0]), [0, 1]);
        contribution.Contributions[0].ShouldBe(contribution.Contributions[1]);
        contribution.Contributions[2].ShouldBe(0);
        var first = contribution.Contributions[0];
        contribution.Add(Gram([4, 0, 0], [0, 4, 0]), [0]);
        contribution.Contributions[0].ShouldBe((first + CosineContribution.One) / 2);
        contribution.Contributions[1].ShouldBe(first / 2);
        contribution.Rounds.ShouldBe(2);
        var shares = contribution.Shares(1_000_000_007);
        shares.Aggregate(BigInteger.Add).ShouldBeInRange(1_000_000_004, 1_000_000_007);
        shares[2].ShouldBe(0);
        contribution.Normalised().Sum().ShouldBe(1, 1e-12);
    }

    [Fact]
    public void Who_points_away_or_stays_below_the_floor_contributes_nothing()
    {
        var contribution = new CosineContribution(3, floor: CosineContribution.One / 2);
        contribution.Add([new[] { 10, 0 }, new[] { 10, 1 }, new[] { -3, 1 }], [0, 1, 2]);
        contribution.Contributions[0].ShouldBeGreaterThan(CosineContribution.One * 9 / 10);
        contribution.Contributions[2].ShouldBe(0);
        // Opposite updates cancel: there is no direction to have contributed to.
        var cancelled = new CosineContribution(2);
        cancelled.Add([new[] { 7 }, new[] { -7 }], [0, 1]);
        cancelled.Contributions.ShouldAllBe(c => c == 0);
        cancelled.Shares(100).ShouldAllBe(share => share.IsZero);
        cancelled.Normalised().ShouldAllBe(share => share == 0);
    }

    [Fact]
    public void Equal_updates_have_a_cosine_of_exactly_one()
    {
        var contribution = new CosineContribution(2);
        contribution.Add([new[] { 32767, -32768, 5 }, new[] { 32767, -32768, 5 }], [0, 1]);
        contribution.Contributions.ShouldAllBe(c => c == CosineContribution.One);

        // The floor itself counts as none; what is above it counts whole.
        foreach (var (floor, expected) in new[] { (CosineContribution.One, 0L), (CosineContribution.One - 1, CosineContribution.One) })
        {
            var floored = new CosineContribution(2, floor: floor);
            floored.Add([new[] { 3 }, new[] { 3 }], [0, 1]);
            floored.Contributions.ShouldAllBe(c => c == expected);
        }
    }

    [Fact]
    public void Updates_are_rounded_to_nearest_and_kept_within_sixteen_bits()
    {
        CosineContribution.Quantise([0.5f, 1.5f, -0.5f, 1e9f, -1e9f, 2.4f], 1).ShouldBe([0, 2, 0, 32767, -32768, 2]);
        Should.Throw<ArgumentException>(() => CosineContribution.Quantise([float.NaN], 1));
        Should.Throw<ArgumentException>(() => CosineContribution.Quantise([1], 0));
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        var contribution = new CosineContribution(2);
        Should.Throw<ArgumentException>(() => contribution.Add(new BigInteger[3, 3], [0]));
        Should.Throw<ArgumentException>(() => contribution.Add(new BigInteger[2, 2], [2]));
        Should.Throw<ArgumentException>(() => contribution.Add(new BigInteger[2, 2], [0, 0]));
        Should.Throw<ArgumentException>(() => contribution.Add([new int[2], new int[3]], [0]));
        Should.Throw<ArgumentException>(() => new CosineContribution(2, 1 << 16));
        contribution.Rounds.ShouldBe(0);
    }

    private static BigInteger[,] Gram(int[] a, int[] b) => CosineContribution.Gram([a, b, new int[a.Length]]);

    private static ReadOnlyMemory<int>[] Updates(int count, int length, ulong seed) =>
        [.. Enumerable.Range(0, count)
            .Select(i => (ReadOnlyMemory<int>)CosineContribution.Quantise(Samples.Floats(length, seed * 50 + (ulong)i), 1.0 / 30000))];
}
