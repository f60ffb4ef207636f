using DataBright.Learning.Valuation;

namespace DataBright.Learning.Tests.Valuation;

public sealed class GameTests
{
    public static TheoryData<int, ulong> Cases
    {
        get
        {
            var cases = new TheoryData<int, ulong>();
            for (var n = 1; n <= 6; n++)
                for (var seed = 0UL; seed < 4; seed++)
                    cases.Add(n, seed);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Enumerated_Shapley_values_are_those_of_all_orders_and_add_up(int n, ulong seed)
    {
        var game = Games.Random(n, seed);
        var values = ExactValues.Shapley(game);
        values.ShouldBe(Games.ShapleyByOrders(game), 1e-12);
        values.Sum().ShouldBe(game[Coalition.Everyone(n)] - game[Coalition.Empty], 1e-12);
    }

    /// <summary>Participants 0 and 1 can stand in for each other; 2 never matters.</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public void Equals_are_worth_the_same_and_who_never_matters_nothing(int n)
    {
        var game = new Game(n, coalition =>
        {
            var peers = (coalition.Contains(0) ? 1 : 0) + (coalition.Contains(1) ? 1 : 0);
            return peers * 0.3 + (peers == 2 ? 0.1 : 0) + coalition.Members.Where(member => member > 2).Sum(member => member * (1 + peers));
        });
        double[][] all =
        [
            ExactValues.Shapley(game), ExactValues.Banzhaf(game), LeaveOneOut.Values(game), BanzhafEstimate.Values(game, 1 << n, 1),
            GuidedShapley.Values(game, 1, new GuidedShapleyOptions(0, 0, 1e-9, MaxOrders: 20_000)).Values,
        ];
        foreach (var values in all)
        {
            values[0].ShouldBe(values[1], 0.02);
            values[2].ShouldBe(0, 1e-12);
            values[0].ShouldBeGreaterThan(0.1);
        }
    }

    [Fact]
    public void Banzhaf_values_are_mean_gains_over_coalitions()
    {
        var game = Games.Random(4, 9);
        var expected = Enumerable.Range(0, 4)
            .Select(i => Enumerable.Range(0, 16).Select(bits => Coalition.OfBits((ulong)bits)).Where(c => !c.Contains(i))
                .Average(c => game[c.With(i)] - game[c]));
        ExactValues.Banzhaf(game).ShouldBe(expected, 1e-12);
    }

    [Fact]
    public void Estimates_come_to_the_enumerated_values()
    {
        var game = Games.Random(8, 3);
        var shapley = GuidedShapley.Values(game, 5, new GuidedShapleyOptions(0, 0, 0.0005, MaxOrders: 40_000));
        shapley.Values.ShouldBe(ExactValues.Shapley(game), 0.02);
        shapley.Values.Sum().ShouldBe(game[Coalition.Everyone(8)] - game[Coalition.Empty], 1e-9);
        // Ten participants have 1,024 coalitions, so 1,000 samples are samples.
        // What everyone achieves anyway is nobody's value.
        var gains = Games.Random(10, 4);
        var larger = new Game(10, coalition => 5 + gains[coalition]);
        var few = BanzhafEstimate.Values(larger, 1000, 6);
        var exact = ExactValues.Banzhaf(larger);
        few.ShouldNotBe(exact);
        few.ShouldBe(exact, 0.12);
        BanzhafEstimate.Values(larger, 1024, 6).ShouldBe(exact);
    }

    [Fact]
    public void Estimates_are_the_same_for_the_same_seed_only()
    {
        double[] Estimate(ulong seed) =>
            [.. BanzhafEstimate.Values(Games.Random(12, 3), 100, seed),
                .. GuidedShapley.Values(Games.Random(12, 3), seed, new GuidedShapleyOptions(MaxOrders: 40)).Values];
        Estimate(1).ShouldBe(Estimate(1));
        Estimate(1).ShouldNotBe(Estimate(2));
    }

    [Fact]
    public void Nothing_is_worked_out_that_truncation_makes_needless()
    {
        var idle = new Game(6, coalition => coalition.Count * 1e-5);
        GuidedShapley.Values(idle, 1).Values.ShouldAllBe(value => value == 0);
        idle.Evaluated.ShouldBe(2);

        // Anyone alone achieves all there is: after the first nobody is asked.
        var crowd = new Game(6, coalition => coalition.Count > 0 ? 1 : 0);
        var result = GuidedShapley.Values(crowd, 1);
        result.HasConverged.ShouldBeTrue();
        result.Values.ShouldAllBe(value => Math.Abs(value - 1.0 / 6) < 1e-12);
        crowd.Evaluated.ShouldBe(8);
    }

    [Fact]
    public void Who_can_be_replaced_is_worth_nothing_by_leave_one_out_and_something_by_Shapley()
    {
        var game = new Game(2, coalition => coalition.Count > 0 ? 1 : 0);
        LeaveOneOut.Values(game).ShouldBe([0, 0]);
        ExactValues.Shapley(game).ShouldBe([0.5, 0.5]);
    }

    [Fact]
    public void What_cannot_be_valued_is_refused()
    {
        Should.Throw<ArgumentException>(() => ExactValues.Shapley(new Game(21, _ => 0)));
        Should.Throw<ArgumentException>(() => new Game(0, _ => 0));
        Should.Throw<InvalidOperationException>(() => LeaveOneOut.Values(new Game(2, _ => double.NaN))).Message.ShouldContain("{0, 1}");
        Should.Throw<ArgumentException>(() => BanzhafEstimate.Values(new Game(64, _ => 0), 2, 1));
    }

    [Fact]
    public void A_coalition_is_its_members()
    {
        var coalition = Coalition.Of(3, 130, 0);
        coalition.Members.ShouldBe([0, 3, 130]);
        coalition.Count.ShouldBe(3);
        coalition.Without(130).ShouldBe(Coalition.Of(0, 3));
        coalition.Without(130).GetHashCode().ShouldBe(Coalition.Of(0, 3).GetHashCode());
        coalition.Without(7).With(130).ShouldBe(coalition);
        coalition.Contains(131).ShouldBeFalse();
        coalition.Contains(1000).ShouldBeFalse();
        Coalition.OfBits(0).ShouldBe(Coalition.Empty);
        coalition.ToString().ShouldBe("{0, 3, 130}");
    }
}
