using DataBright.Learning.Valuation;

namespace DataBright.Learning.Tests.Valuation;

public sealed class GainIntervalTests
{
    /// <summary>Worked out by hand: differences 0.02, 0.04, 0.03, 0.03; t with three degrees of freedom is 3.182.</summary>
    [Fact]
    public void The_interval_is_that_of_the_formula()
    {
        double[] without = [0.80, 0.82, 0.81, 0.83], with = [0.82, 0.86, 0.84, 0.86];
        var interval = GainInterval.Of(without, with);
        interval.Estimate.ShouldBe(0.03, 1e-12);
        // The controls vary by 1/6000, the others by 11/30000, more: so half of the controls' variance is what one draw leaves uncertain.
        var half = 3.182 * Math.Sqrt(1.0 / 12_000 + 1.0 / 15_000 / 4);
        interval.Low.ShouldBe(0.03 - half, 1e-12);
        interval.High.ShouldBe(0.03 + half, 1e-12);
    }

    [Fact]
    public void What_controls_vary_by_beyond_the_other_side_no_number_of_seeds_takes_away()
    {
        double[] Swinging(int pairs) => [.. Enumerable.Range(0, pairs).Select(i => 0.8 + (i % 2 == 0 ? 0.01 : -0.01))];
        double[] Still(int pairs) => [.. Enumerable.Repeat(0.81, pairs)];
        var many = GainInterval.Of(Swinging(30), Still(30));
        (many.High - many.Low).ShouldBeGreaterThan(2 * 2.0 * 0.01);
        var shared = GainInterval.Of(Swinging(30), [.. Swinging(30).Select(value => value + 0.01)]);
        (shared.High - shared.Low).ShouldBeLessThan(many.High - many.Low, "what the seed does to both of a pair cancels");
    }

    [Fact]
    public void What_is_no_measurement_in_pairs_is_refused()
    {
        Should.Throw<ArgumentException>(() => GainInterval.Of([0.5], [0.6]));
        Should.Throw<ArgumentException>(() => GainInterval.Of([0.5, 0.5], [0.6]));
        Should.Throw<ArgumentException>(() => GainInterval.Of([0.5, double.NaN], [0.6, 0.6]));
        Should.Throw<ArgumentException>(() => GainInterval.Of([0.5, 0.5], [0.6, double.PositiveInfinity]));
        var equal = GainInterval.Of([0.5, 0.5], [0.5, 0.5]);
        (equal.Low, equal.High).ShouldBe((0, 0));
    }
}

public sealed class ControlTests
{
    [Fact]
    public void A_control_is_a_function_of_its_seed_and_never_changes()
    {
        Control.Draw(10, 12, seed: 7).ShouldBe(Control.Draw(10, 12, seed: 7));
        Control.Draw(10, 12, seed: 8).ShouldNotBe(Control.Draw(10, 12, seed: 7));
        Control.Draw(10, 12, seed: 7)[..5].ShouldBe(Control.Draw(10, 5, seed: 7));
        Control.Draw(1000, 6, seed: 1).ShouldBe(Pinned);
    }

    [Fact]
    public void Every_example_is_as_likely_as_the_next()
    {
        var counts = new int[10];
        foreach (var index in Control.Draw(10, 100_000, seed: 3)) counts[index]++;
        counts.ShouldAllBe(count => count > 9_600 && count < 10_400);
    }

    [Fact]
    public void The_side_without_the_points_has_as_many_and_none_that_is_new()
    {
        var listed = Samples.Examples(Samples.Tiny, 30, seed: 2);
        var filled = Control.Fill(listed, listed, 70, seed: 5);
        filled.Count.ShouldBe(100);
        filled.Slice(0, 30).Hash().ShouldBe(listed.Hash());
        var drawn = Control.Draw(30, 70, seed: 5);
        for (var i = 0; i < 70; i++) filled[30 + i].SequenceEqual(listed[drawn[i]]).ShouldBeTrue();
        Control.Fill(listed, listed, 0, seed: 5).ShouldBeSameAs(listed);
        Should.Throw<ArgumentOutOfRangeException>(() => Control.Draw(0, 1, seed: 1));
        Should.Throw<ArgumentOutOfRangeException>(() => Control.Draw(1, -1, seed: 1));
    }

    private static readonly int[] Pinned = [717, 520, 160, 25, 623, 438];
}
