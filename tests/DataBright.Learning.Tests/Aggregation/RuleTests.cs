using DataBright.Learning.Aggregation;
using DataBright.Learning.Arithmetic;

namespace DataBright.Learning.Tests.Aggregation;

/// <summary>What every rule must do, and what each one promises against hostile updates.</summary>
public sealed class RuleTests
{
    private const int Hostile = 2;
    private static readonly float[] Root = Samples.Floats(40, 999);

    private static readonly Dictionary<string, Func<Updates, Aggregate>> Rules = new()
    {
        ["fedavg"] = FedAvg.Of,
        ["krum"] = updates => MultiKrum.Of(updates, Hostile, 1),
        ["multi-krum"] = updates => MultiKrum.Of(updates, Hostile),
        ["bulyan"] = updates => Bulyan.Of(updates, Hostile),
        ["median"] = CoordinateMedian.Of,
        ["trimmed-mean"] = updates => TrimmedMean.Of(updates, Hostile),
        ["three-sigma"] = updates => ThreeSigma.Of(updates),
        ["fltrust"] = updates => FlTrust.Of(updates, Root),
        ["clipping"] = updates => NormClipping.Of(updates, 2.0),
    };

    public static TheoryData<string> All => [.. Rules.Keys];

    public static TheoryData<string> WithinHonestRange => ["krum", "bulyan", "median", "trimmed-mean", "three-sigma", "multi-krum"];

    [Theory]
    [MemberData(nameof(All))]
    public void The_order_of_the_updates_does_not_matter(string rule)
    {
        for (var seed = 1UL; seed <= 20; seed++)
        {
            var vectors = Vectors(11, 40, seed);
            var order = new int[11];
            new Chance(seed, Purpose.Resample, 1).Permute(order);
            var (plain, shuffled) = (Rules[rule](Set(vectors)), Rules[rule](Set([.. order.Select(i => vectors[i])])));
            // Rules over sorted coordinates are exact; sums in another order may differ in the last bit.
            for (var k = 0; k < 40; k++) shuffled.Vector[k].ShouldBe(plain.Vector[k], 1e-6f);
            shuffled.Kept.Select(i => order[i]).Order().ShouldBe(plain.Kept);
            if (rule is "median" or "trimmed-mean") shuffled.Vector.ShouldBe(plain.Vector);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Equal_updates_are_their_own_aggregate(string rule)
    {
        var one = rule == "fltrust" ? Root : [.. Samples.Floats(40, 3).Select(x => x / 10)];
        var result = Rules[rule](Set([.. Enumerable.Repeat(one, 11)]));
        for (var k = 0; k < 40; k++) result.Vector[k].ShouldBe(one[k], 1e-6f);
        result.Kept.ShouldNotBeEmpty();
    }

    [Theory]
    [MemberData(nameof(WithinHonestRange))]
    public void As_many_outliers_as_tolerated_never_move_a_coordinate_out_of_the_honest_range(string rule)
    {
        for (var seed = 1UL; seed <= 30; seed++)
            foreach (var attack in new[] { 10f, -10f, 1e6f, 1e30f })
            {
                var vectors = Vectors(11, 40, seed);
                var honest = vectors[..9];
                var noise = Samples.Floats(40, seed + 500);
                // The two outliers agree with each other, which is the harder case for distances.
                for (var bad = 9; bad < 11; bad++)
                    for (var k = 0; k < 40; k++)
                        vectors[bad][k] = attack * (2 + noise[k]);
                var result = Rules[rule](Set(vectors)).Vector;
                for (var k = 0; k < 40; k++)
                    result[k].ShouldBeInRange(honest.Min(v => v[k]) - 1e-6f, honest.Max(v => v[k]) + 1e-6f);
            }
    }

    [Fact]
    public void Averaging_does_move_out_of_the_honest_range()
    {
        var vectors = Vectors(11, 40, 1);
        Array.Fill(vectors[10], 1e6f);
        FedAvg.Of(Set(vectors)).Vector.ShouldAllBe(x => x > 1000);
    }

    [Fact]
    public void Krum_keeps_who_stands_closest_together_and_its_scores_are_those_of_the_paper()
    {
        for (var seed = 1UL; seed <= 20; seed++)
        {
            var vectors = Vectors(9, 12, seed);
            double Distance(int i, int j) => vectors[i].Zip(vectors[j], (a, b) => ((double)a - b) * ((double)a - b)).Sum();
            var scores = Enumerable.Range(0, 9).Select(i => Enumerable.Range(0, 9).Where(j => j != i).Select(j => Distance(i, j)).Order().Take(9 - 2 - 2).Sum()).ToArray();
            MultiKrum.Select(Set(vectors), 2, 4).ShouldBe(Enumerable.Range(0, 9).OrderBy(i => scores[i]).Take(4).Order());
        }
    }

    [Fact]
    public void Three_sigma_removes_an_outlier_among_few_and_nobody_among_equals()
    {
        var vectors = Vectors(5, 40, 4);
        ThreeSigma.Of(Set(vectors)).Kept.Count.ShouldBeGreaterThanOrEqualTo(4);
        for (var k = 0; k < 40; k++) vectors[3][k] *= -10;
        ThreeSigma.Of(Set(vectors)).Kept.ShouldNotContain(3);
        ThreeSigma.Of(Set([.. Enumerable.Repeat(vectors[0], 4)])).Kept.Count.ShouldBe(4);
    }

    [Fact]
    public void FLTrust_bounds_the_aggregate_by_the_owners_length_and_drops_who_points_away()
    {
        var vectors = Vectors(6, 40, 7);
        Root.CopyTo(vectors[0], 0);
        for (var k = 0; k < 40; k++) (vectors[1][k], vectors[2][k]) = (-Root[k], 1e20f * Root[k]);
        var result = FlTrust.Of(Set(vectors), Root);
        result.Kept.ShouldNotContain(1);
        result.Kept.ShouldContain(2);
        VectorMath.Norm(result.Vector).ShouldBeLessThanOrEqualTo(VectorMath.Norm(Root) * (1 + 1e-6));
        FlTrust.Of(Set([[.. Root.Select(x => -x)]]), Root).Vector.ShouldAllBe(x => x == 0);
    }

    [Fact]
    public void A_clipped_update_is_within_the_bound_and_a_short_one_stays()
    {
        for (var seed = 1UL; seed <= 50; seed++)
        {
            var update = Samples.Floats(40, seed);
            foreach (var bound in new[] { 1e-6, 0.3, 1.0 }) VectorMath.Norm(NormClipping.Clip(update, bound)).ShouldBeLessThanOrEqualTo(bound);
            NormClipping.Clip(update, 100).ShouldBe(update);
        }
    }

    [Fact]
    public void Weights_count_and_a_stream_is_the_same_as_a_set()
    {
        var updates = new Updates([new float[] { 1, 0 }, new float[] { 5, 4 }], [3, 1]);
        FedAvg.Of(updates).Vector.ShouldBe([2f, 1f]);
        NormClipping.Of(updates, 100).Vector.ShouldBe([2f, 1f]);
        var stream = new FedAvg(2);
        stream.Add([1, 0], 3);
        Should.Throw<UpdateRefusedException>(() => stream.Add([float.NaN, 0])).Update.ShouldBe(1);
        stream.Add([5, 4]);
        stream.Result().ShouldBe([2f, 1f]);
        Should.Throw<InvalidOperationException>(() => new FedAvg(2).Result());
    }

    [Fact]
    public void An_update_that_is_not_finite_or_has_another_length_is_refused_by_number()
    {
        foreach (var bad in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            var fault = Should.Throw<UpdateRefusedException>(() => Set([[1, 2], [1, bad]]));
            fault.Update.ShouldBe(1);
            fault.Message.ShouldContain("value 1");
        }

        Should.Throw<UpdateRefusedException>(() => Set([[1, 2], [1]])).Message.ShouldBe("Update 1: it has 1 values, the first has 2.");
        Should.Throw<UpdateRefusedException>(() => new Updates([new float[] { 1 }], [0.0]));
        Should.Throw<UpdateRefusedException>(() => new Updates([new float[] { 1 }], [double.NaN]));
        Should.Throw<ArgumentException>(() => new Updates([new float[] { 1 }], [1.0, 2.0]));
        Should.Throw<ArgumentException>(() => new Updates([]));
    }

    [Fact]
    public void Too_few_updates_for_the_promise_are_refused()
    {
        Should.Throw<ArgumentException>(() => MultiKrum.Of(Set(Vectors(6, 4, 1)), 2)).Message.ShouldContain("at least 7");
        Should.Throw<ArgumentException>(() => MultiKrum.Of(Set(Vectors(7, 4, 1)), 2, 6));
        Should.Throw<ArgumentException>(() => Bulyan.Of(Set(Vectors(10, 4, 1)), 2)).Message.ShouldContain("at least 11");
        Should.Throw<ArgumentException>(() => TrimmedMean.Of(Set(Vectors(4, 4, 1)), 2)).Message.ShouldContain("at least 5");
        Should.Throw<ArgumentException>(() => ThreeSigma.Of(Set(Vectors(2, 4, 1)))).Message.ShouldContain("at least 3");
        Should.Throw<ArgumentException>(() => FlTrust.Of(Set(Vectors(2, 4, 1)), new float[4]));
        Should.Throw<ArgumentException>(() => FlTrust.Of(Set(Vectors(2, 4, 1)), new float[5]));
        Should.Throw<ArgumentException>(() => NormClipping.Of(Set(Vectors(2, 4, 1)), 0));
    }

    [Fact]
    public void An_aggregate_beyond_binary32_is_an_error() =>
        Should.Throw<OverflowException>(() => FlTrust.Of(Set([[1, 0]]), new[] { float.MaxValue, float.MaxValue }));

    internal static Updates Set(IReadOnlyList<float[]> vectors) => new([.. vectors.Select(v => (ReadOnlyMemory<float>)v)]);

    private static float[][] Vectors(int count, int length, ulong seed) => [.. Enumerable.Range(0, count).Select(i => Samples.Floats(length, seed * 100 + (ulong)i))];
}
