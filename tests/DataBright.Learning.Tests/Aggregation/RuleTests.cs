using System.Runtime.InteropServices;
using DataBright.Learning.Aggregation;
using DataBright.Learning.Arithmetic;

namespace DataBright.Learning.Tests.Aggregation;

/// <summary>What every rule must do, and what each one promises against hostile updates.</summary>
public sealed class RuleTests
{
    private const int Hostile = 2;
    private static readonly float[] Root = Samples.Floats(40, 999);

    /// <summary>Each rule with parameters, by its name; Krum is multi-Krum that keeps one.</summary>
    private static readonly Dictionary<string, RuleParameters> Parameters = new()
    {
        ["fedavg"] = RuleParameters.None,
        ["krum"] = new() { Hostile = Hostile, Keep = 1 },
        ["multi-krum"] = new() { Hostile = Hostile },
        ["bulyan"] = new() { Hostile = Hostile },
        ["coordinate-median"] = RuleParameters.None,
        ["trimmed-mean"] = new() { Trim = Hostile },
        ["three-sigma"] = RuleParameters.None,
        ["fltrust"] = new() { Root = Root },
        ["norm-clipping"] = new() { Bound = 2.0 },
    };

    public static TheoryData<string> All => [.. Parameters.Keys];

    public static TheoryData<string> WithinHonestRange =>
        ["krum", "bulyan", "coordinate-median", "trimmed-mean", "three-sigma", "multi-krum"];

    private static Aggregate Apply(string rule, Updates updates) =>
        AggregationRules.Named(rule == "krum" ? "multi-krum" : rule).Aggregate(updates, Parameters[rule]);

    [Fact]
    public void Every_rule_is_here_once_and_found_by_its_name()
    {
        AggregationRules.All.Select(rule => rule.Name).ShouldBe(Parameters.Keys.Where(name => name != "krum"), ignoreOrder: true);
        AggregationRules.All.ShouldAllBe(rule => AggregationRules.Named(rule.Name) == rule);
        Should.Throw<ArgumentException>(() => AggregationRules.Named("average")).Message.ShouldBe(
            "There is no aggregation rule 'average'; fedavg, multi-krum, bulyan, coordinate-median, "
            + "trimmed-mean, three-sigma, fltrust, norm-clipping are known.");
    }

    [Fact]
    public void A_parameter_that_is_missing_or_not_the_rules_is_refused()
    {
        string Fault(string rule, RuleParameters parameters) =>
            Should.Throw<ArgumentException>(() => AggregationRules.Named(rule).Aggregate(Set(Vectors(11, 40, 1)), parameters)).Message;
        Fault("multi-krum", RuleParameters.None).ShouldBe("The rule multi-krum needs the parameter Hostile.");
        Fault("bulyan", RuleParameters.None).ShouldBe("The rule bulyan needs the parameter Hostile.");
        Fault("trimmed-mean", RuleParameters.None).ShouldBe("The rule trimmed-mean needs the parameter Trim.");
        Fault("fltrust", RuleParameters.None).ShouldBe("The rule fltrust needs the parameter Root.");
        Fault("norm-clipping", RuleParameters.None).ShouldBe("The rule norm-clipping needs the parameter Bound.");

        var all = new RuleParameters { Hostile = 1, Keep = 1, Trim = 1, Sigmas = 3, Bound = 1, Root = Root };
        foreach (var rule in AggregationRules.All) Fault(rule.Name, all).ShouldStartWith($"The rule {rule.Name} has no parameter ");
        Fault("fedavg", new() { Hostile = 2 }).ShouldBe("The rule fedavg has no parameter Hostile.");
        Fault("bulyan", new() { Hostile = 2, Keep = 3 }).ShouldBe("The rule bulyan has no parameter Keep.");
    }

    /// <summary>Digests of the aggregates' bytes, and who was kept.</summary>
    [Theory]
    [InlineData("fedavg", "23dabb8fbad2fa1aed3943ff132cf2bbde7ef45204b1b51e23034638cd755f25", "0 1 2 3 4 5 6 7 8 9 10")]
    [InlineData("krum", "6068692485e1145f7a6477dba76868c03cb82415be1fc0e6fe7e32314dd3d463", "1")]
    [InlineData("multi-krum", "f46efd0766517417c195bf9bbcb50866a43ad94973e8835cd66dee621c7d6cc4", "0 1 2 4 5 6 8 9 10")]
    [InlineData("bulyan", "22adcc8f25ee88ae8b6f55458b6f7e1627e30ef0d491bc0d503d8f5adba9736d", "0 1 3 4 5 9 10")]
    [InlineData("coordinate-median", "6aa12f52d2f9d19a47e3f4d04ab720d438993ccaafa37db879956587ee99a738", "0 1 2 3 4 5 6 7 8 9 10")]
    [InlineData("trimmed-mean", "85af238ee63bb800f062316bbfdb3438d4b8234307f0ca6d059353717b2466d5", "0 1 2 3 4 5 6 7 8 9 10")]
    [InlineData("three-sigma", "38d1510c784fca10e91f6efa570005ee99ea5033a470c2e431e4aa309c727472", "0 1 2 3 4 5 6 8 9 10")]
    [InlineData("fltrust", "dbe91817caefdf96995d48c939b4e931316b4899f290ffab0dcfaf499bfd9a05", "2 3 5 6 7 9 10")]
    [InlineData("norm-clipping", "32511c602d05075918b652f1cc0eaa3451f36dcb6aede13a338f488875c18176", "0 1 2 3 4 5 6 7 8 9 10")]
    public void The_bits_of_an_aggregate_do_not_change(string rule, string digest, string kept)
    {
        float[][] vectors = [.. Enumerable.Range(0, 11).Select(i => Samples.Floats(1100, 700 + (ulong)i))];
        var updates = new Updates([.. vectors.Select(v => (ReadOnlyMemory<float>)v)], [.. Enumerable.Range(1, 11).Select(i => i * 1.7)]);
        var parameters = rule == "fltrust" ? new() { Root = vectors[5] } : Parameters[rule];
        var result = AggregationRules.Named(rule == "krum" ? "multi-krum" : rule).Aggregate(updates, parameters);
        Digest.Of(MemoryMarshal.AsBytes<float>(result.Vector)).ToString().ShouldBe(digest);
        string.Join(' ', result.Kept).ShouldBe(kept);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_order_of_the_updates_does_not_matter(string rule)
    {
        for (var seed = 1UL; seed <= 20; seed++)
        {
            var vectors = Vectors(11, 40, seed);
            var order = new int[11];
            new Chance(seed, Purpose.Resample, 1).Permute(order);
            var (plain, shuffled) = (Apply(rule, Set(vectors)), Apply(rule, Set([.. order.Select(i => vectors[i])])));
            // Rules over sorted coordinates are exact; sums in another order may differ in the last bit.
            for (var k = 0; k < 40; k++) shuffled.Vector[k].ShouldBe(plain.Vector[k], 1e-6f);
            shuffled.Kept.Select(i => order[i]).Order().ShouldBe(plain.Kept);
            if (rule is "coordinate-median" or "trimmed-mean") shuffled.Vector.ShouldBe(plain.Vector);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Equal_updates_are_their_own_aggregate(string rule)
    {
        var one = rule == "fltrust" ? Root : [.. Samples.Floats(40, 3).Select(x => x / 10)];
        var result = Apply(rule, Set([.. Enumerable.Repeat(one, 11)]));
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
                var result = Apply(rule, Set(vectors)).Vector;
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
            var scores = Enumerable.Range(0, 9)
                .Select(i => Enumerable.Range(0, 9).Where(j => j != i).Select(j => Distance(i, j)).Order().Take(9 - 2 - 2).Sum()).ToArray();
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
            foreach (var bound in new[] { 1e-6, 0.3, 1.0 })
                VectorMath.Norm(NormClipping.Clip(update, bound)).ShouldBeLessThanOrEqualTo(bound);
            NormClipping.Clip(update, 100).ShouldBe(update);
        }
    }

    [Fact]
    public void Weights_count_and_a_stream_is_the_same_as_a_set()
    {
        var updates = new Updates([new float[] { 1, 0 }, new float[] { 5, 4 }], [3, 1]);
        FedAvg.Of(updates).Vector.ShouldBe([2f, 1f]);
        NormClipping.Of(updates, 100).Vector.ShouldBe([2f, 1f]);
        var stream = new RunningAverage(2);
        stream.Add([1, 0], 3);
        Should.Throw<UpdateRefusedException>(() => stream.Add([float.NaN, 0])).Update.ShouldBe(1);
        stream.Add([5, 4]);
        stream.Result().ShouldBe([2f, 1f]);
        Should.Throw<InvalidOperationException>(() => new RunningAverage(2).Result());
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

    private static float[][] Vectors(int count, int length, ulong seed) =>
        [.. Enumerable.Range(0, count).Select(i => Samples.Floats(length, seed * 100 + (ulong)i))];
}
