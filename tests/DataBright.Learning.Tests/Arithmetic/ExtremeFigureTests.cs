using System.Numerics;
using DataBright.Learning.Aggregation;
using DataBright.Learning.Examples;
using DataBright.Learning.Shapes;
using DataBright.Learning.Training;
using DataBright.Learning.Valuation;

namespace DataBright.Learning.Tests.Arithmetic;

/// <summary>
/// What is worked out of gradients, losses and accuracies is a number for every finite input, or it is said what is missing.
/// </summary>
public sealed class ExtremeFigureTests
{
    private static readonly float[] Floats =
        [0f, -0f, float.Epsilon, -float.Epsilon, 1.17549435e-38f, 1e-30f, 1f, -1f, 0.1f, 1e18f, -1e19f, 1e30f, float.MaxValue,
            float.MinValue, float.MaxValue / 3, -float.MaxValue / 7];

    private static readonly double[] Doubles =
        [0, -0.0, double.Epsilon, -double.Epsilon, 2.2250738585072014e-308, 1e-200, 0.5, -1, 1e9, -1e18, 1e154, -1e200, double.MaxValue,
            double.MinValue, double.MaxValue / 2];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_rule_makes_finite_numbers_of_finite_updates(int seed)
    {
        var random = new Random(seed);
        for (int round = 0; round < 200; round++)
        {
            var updates = new Updates([.. Enumerable.Range(0, 9).Select(_ => (ReadOnlyMemory<float>)Some(random, Floats, 7))]);
            foreach (var rule in Rules) rule(updates).Vector.ShouldAllBe(value => float.IsFinite(value));
            foreach (var bound in new[] { double.Epsilon, 1e-300, 1.0, 1e38, double.MaxValue })
                NormClipping.Of(updates, bound).Vector.ShouldAllBe(value => float.IsFinite(value));
            CosineContribution.Quantise(updates[0], double.Epsilon)
                .ShouldAllBe(value => value >= short.MinValue && value <= short.MaxValue);
            CosineContribution.Quantise(updates[0], double.MaxValue).ShouldAllBe(value => value == 0);
        }
    }

    [Fact]
    public void Weights_that_no_number_can_hold_are_an_error_and_not_infinity()
    {
        var average = new RunningAverage(1);
        average.Add([float.MaxValue], double.MaxValue);
        Should.Throw<OverflowException>(average.Result);
    }

    [Fact]
    public void An_owner_beyond_the_numbers_is_told_so_whatever_participants_send() =>
        Should.Throw<OverflowException>(() => FlTrust.Of(new Updates([new float[] { 1e-30f, 0 }, new float[] { float.MaxValue, 1 }]),
            new float[] { float.MaxValue, float.MaxValue }));

    [Fact]
    public void A_private_average_is_a_number_or_says_that_it_is_none()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => new PrivateAverage(1, double.Epsilon, 1)).Message.ShouldContain("too small");
        var wide = new PrivateAverage(2, 1e300, 1);
        wide.Add([float.MaxValue, float.Epsilon]);
        Should.Throw<OverflowException>(() => wide.Result(1, new SecretBits(new byte[32])));
        var narrow = new PrivateAverage(2, 1e-290, 1);
        narrow.Add([float.MaxValue, float.Epsilon]);
        narrow.Result(1, new SecretBits(new byte[32])).ShouldAllBe(value => float.IsFinite(value));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void An_interval_of_finite_measurements_holds_its_finite_estimate(int seed)
    {
        var random = new Random(seed);
        for (int round = 0; round < 5_000; round++)
        {
            var interval = Interval.OfMean(Some(random, Doubles, 2 + random.Next(5)));
            double.IsFinite(interval.Estimate).ShouldBeTrue();
            double.IsNaN(interval.Low).ShouldBeFalse();
            double.IsNaN(interval.High).ShouldBeFalse();
            interval.Low.ShouldBeLessThanOrEqualTo(interval.Estimate);
            interval.High.ShouldBeGreaterThanOrEqualTo(interval.Estimate);
        }
        Should.Throw<ArgumentException>(() => Interval.OfMean([1, double.NaN]));
        Should.Throw<ArgumentException>(() => Interval.OfMean([double.PositiveInfinity, 1]));
    }

    [Fact]
    public void The_accuracy_of_nothing_is_nothing() =>
        (new Accuracy(0, 0).Value, new Accuracy(0, 0).ToString()).ShouldBe((0.0, "0.00 % (0 of 0)"));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Values_of_a_game_are_finite_for_every_utility_that_it_takes(int seed)
    {
        var random = new Random(seed);
        double[] taken = [.. Doubles.Where(value => Math.Abs(value) <= Game.MaxUtility), Game.MaxUtility, -Game.MaxUtility];
        for (int round = 0; round < 20; round++)
        {
            var game = new Game(5, _ => taken[random.Next(taken.Length)]);
            foreach (var values in new[] { ExactValues.Shapley(game), ExactValues.Banzhaf(game), LeaveOneOut.Values(game),
                BanzhafEstimate.Values(game, 20, 1), GuidedShapley.Values(game, 1).Values })
                values.ShouldAllBe(value => double.IsFinite(value));
        }
        foreach (var utility in new[] { double.MaxValue, -double.MaxValue, double.NaN, double.PositiveInfinity })
            Should.Throw<InvalidOperationException>(() => LeaveOneOut.Values(new Game(2, _ => utility)));
    }

    [Fact]
    public void Sums_of_values_say_where_they_are_none()
    {
        var values = new PointValues("test/1", new Dictionary<string, string>(), [double.MaxValue, double.MaxValue, -1, double.Epsilon]);
        Should.Throw<OverflowException>(() => values.ByContributor([0, 0, 1, 1]));
        values.ByContributor([0, 1, 2, 2]).ShouldAllBe(sum => double.IsFinite(sum));
        PointValues.Parse(values.ToJson()).Hash.ShouldBe(values.Hash);
    }

    [Fact]
    public void Distances_beyond_a_number_are_said_to_be_so()
    {
        var shape = new ExampleShape(1, 1, 2);
        var near = new ExampleSet(shape, new float[] { 0.1f, 0.2f, 0.3f, 0.4f }, new int[] { 0, 1 });
        var far = new ExampleSet(shape, new float[] { float.MaxValue, 0, 1, float.MinValue }, new int[] { 0, 1 });
        Should.Throw<ArgumentException>(() => NeighbourShapley.Value(far, near, stop: TestContext.Current.CancellationToken)).Message
            .ShouldContain("scale");
        NeighbourShapley.Value(near, far, stop: TestContext.Current.CancellationToken).Values.ToArray()
            .ShouldAllBe(value => double.IsFinite(value));
        NeighbourShapley.Value(near, near, stop: TestContext.Current.CancellationToken).Values.ToArray()
            .ShouldAllBe(value => double.IsFinite(value));
    }

    [Theory]
    [InlineData(1e-45f)]
    [InlineData(1e10f)]
    [InlineData(1e19f)]
    [InlineData(3e37f)]
    public void Values_of_a_run_are_finite_or_the_run_says_that_they_are_not(float scale)
    {
        var examples = Scaled(Samples.Examples(Samples.Tiny, 23), scale);
        foreach (var validation in new[] { Samples.Examples(Samples.Tiny, 20, seed: 5),
            Scaled(Samples.Examples(Samples.Tiny, 20, seed: 5), scale) })
        {
            var values = new InRunShapley(validation);
            using var run = new TrainingRun(Samples.Plan(Samples.Tiny), examples, values: values);
            try
            {
                run.Finish(stop: TestContext.Current.CancellationToken);
            }
            catch (TrainingDivergedException)
            {
                // The run itself has no next state, and said so.
            }
            if (values.AreFinite) values.Result().Values.ToArray().ShouldAllBe(value => double.IsFinite(value));
            else Should.Throw<InvalidOperationException>(values.Result).Message.ShouldContain("not finite");
        }
    }

    [Fact]
    public void Contributions_divide_a_pot_of_any_size_whatever_the_updates_were()
    {
        var random = new Random(3);
        for (int round = 0; round < 50; round++)
        {
            var contribution = new CosineContribution(4);
            contribution.Add([.. Enumerable.Range(0, 4)
                .Select(_ => (ReadOnlyMemory<int>)CosineContribution.Quantise(Some(random, Floats, 6), 1e-3))], [0, 1, 2]);
            var shares = contribution.Shares(BigInteger.Pow(2, 300));
            shares.ShouldAllBe(share => share >= 0);
            shares.Aggregate(BigInteger.Zero, (sum, share) => sum + share).ShouldBeLessThanOrEqualTo(BigInteger.Pow(2, 300));
            contribution.Normalised().ShouldAllBe(part => double.IsFinite(part));
        }
    }

    private static IEnumerable<Func<Updates, Aggregate>> Rules =>
    [
        FedAvg.Of, CoordinateMedian.Of, updates => TrimmedMean.Of(updates, 2), updates => MultiKrum.Of(updates, 2),
        updates => Bulyan.Of(updates, 1), updates => ThreeSigma.Of(updates),
        updates => FlTrust.Of(updates, new float[] { 1e30f, 1, 1e-30f, 0, -1, float.Epsilon, -2e29f }),
    ];

    private static ExampleSet Scaled(ExampleSet examples, float scale) =>
        new(examples.Shape, examples.Features.ToArray().Select(value => value * scale).ToArray(), examples.Labels.ToArray());

    private static T[] Some<T>(Random random, T[] of, int count) => [.. Enumerable.Range(0, count).Select(_ => of[random.Next(of.Length)])];
}
