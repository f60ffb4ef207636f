using DataBright.Learning.Arithmetic;
using DataBright.Learning.Examples;
using DataBright.Learning.Networks;
using DataBright.Learning.Valuation;

namespace DataBright.Learning.Tests.Valuation;

public sealed class NeighbourShapleyTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(5, 2)]
    [InlineData(8, 3)]
    [InlineData(9, 5)]
    [InlineData(4, 7)]
    [InlineData(6, 6)]
    public void Values_are_the_Shapley_values_of_enumerated_coalitions(int count, int neighbours)
    {
        var points = Points(count, 4, 2, (ulong)count);
        var validation = Points(11, 4, 2, 77);
        var game = new Game(count,
            coalition => Enumerable.Range(0, validation.Count).Average(v => Utility(points, validation, v, coalition, neighbours)));
        var values = Value(points, validation, neighbours);
        values.Values.ToArray().ShouldBe(ExactValues.Shapley(game), 1e-12);
    }

    [Fact]
    public void Equal_distances_stand_in_the_order_of_the_points()
    {
        var points = new ExampleSet(new(1, 1, 1), new float[] { 1, -1, 1, -1, 0 }, new[] { 1, 0, 0, 1, 1 });
        var validation = new ExampleSet(new(1, 1, 1), new float[] { 0 }, new[] { 1 });
        var game = new Game(5, coalition => Utility(points, validation, 0, coalition, 2));
        Value(points, validation, 2).Values.ToArray().ShouldBe(ExactValues.Shapley(game), 1e-12);
    }

    [Fact]
    public void The_result_is_the_same_document_for_every_number_of_threads()
    {
        var (points, validation) = (Points(5000, 7, 3, 1), Points(150, 7, 3, 2));
        new[] { 1, 2, 3 }.Select(threads => Value(points, validation, 5, threads).Hash).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public void The_order_of_distances_is_that_of_a_stable_sort()
    {
        float[] special = [0f, -0f, 1f, -1f, float.MaxValue, -float.MaxValue, float.Epsilon, -float.Epsilon];
        foreach (var count in new[] { 1, 2, 1000 })
        {
            var noise = Samples.Floats(count, 5);
            var distances = Enumerable.Range(0, count).Select(i => i % 3 == 0 ? special[i % special.Length] : noise[i] * 8).ToArray();
            var order = new DistanceOrder(count);
            order.Sort(Enumerable.Repeat(1f, count).ToArray());
            order.Sort(distances);
            Enumerable.Range(0, count).Select(place => order[place]).ShouldBe(Enumerable.Range(0, count).OrderBy(i => distances[i]));
        }
    }

    [Fact]
    public void Wrong_labels_are_worth_least()
    {
        var clean = Samples.Examples(Architectures.Mlp, 300);
        var labels = clean.Labels.ToArray();
        var isBad = labels.Select((_, i) => i % 5 == 0).ToArray();
        for (var i = 0; i < labels.Length; i += 5) labels[i] = (labels[i] + 1 + i / 5 % 9) % 10;
        var points = new ExampleSet(clean.Shape, clean.Features, labels);
        var validation = Samples.Examples(Architectures.Mlp, 60, seed: 8);
        Ranking.AreaUnderRoc(Value(points, validation).Values, isBad).ShouldBeGreaterThan(0.9);
    }

    [Fact]
    public void Points_that_have_no_distance_are_refused()
    {
        var points = Points(5, 4, 2, 1);
        Should.Throw<ArgumentException>(() => Value(points, Points(5, 3, 2, 1)));
        Should.Throw<ArgumentException>(() => Value(points, points.Slice(0, 0)));
        Should.Throw<ArgumentException>(() => Value(points, points, neighbours: 0));
        Should.Throw<ArgumentException>(() => Value(new ExampleSet(new(1, 1, 1), new[] { 1f, float.NaN }, new int[2]),
            Points(1, 1, 1, 1))).Message.ShouldContain("example 1");
    }

    private static PointValues Value(ExampleSet points, ExampleSet validation, int neighbours = 5, int threads = 1) =>
        NeighbourShapley.Value(points, validation, neighbours, threads, TestContext.Current.CancellationToken);

    private static ExampleSet Points(int count, int size, int classes, ulong seed) =>
        new(new(1, 1, size), Samples.Floats(count * size, seed),
            Enumerable.Range(0, count).Select(i => new Chance(seed, Purpose.Resample, 3).Below(classes, (ulong)i)).ToArray());

    private static double Utility(ExampleSet points, ExampleSet validation, int v, Coalition coalition, int neighbours)
    {
        double Distance(int i) => points[i].ToArray().Zip(validation[v].ToArray(), (x, y) => ((double)x - y) * ((double)x - y)).Sum();
        return coalition.Members.OrderBy(Distance).Take(neighbours).Count(i => points.Labels.Span[i] == validation.Labels.Span[v])
            / (double)neighbours;
    }
}
