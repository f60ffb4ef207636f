using DataBright.Learning.Examples;
using DataBright.Learning.Networks;
using DataBright.Learning.Training;
using DataBright.Learning.Valuation;

namespace DataBright.Learning.Benchmarks;

/// <summary>
/// Measures the bars of data values: what in-run Shapley costs, in alternating turns with the same training without it; and how well wrong
/// labels are found in MNIST, by in-run Shapley of that same training, and by nearest neighbours.
/// </summary>
internal sealed class ValuationBench(LearningBenchOptions options, TimeProvider clock)
{
    private const int Turns = 9;
    private const int Seed = 1;

    public async Task<IReadOnlyList<BenchBar>> RunAsync(IProgress<string> progress, CancellationToken stop)
    {
        var bars = new List<BenchBar>();
        foreach (var threads in new[] { 1, 2 }) bars.Add(Cost(threads, progress, stop));
        bars.AddRange(await FindAsync(progress, stop));
        return bars;
    }

    /// <summary>The median of the ratios of neighbouring turns: what else the machine does meets both.</summary>
    private BenchBar Cost(int threads, IProgress<string> progress, CancellationToken stop)
    {
        var bar = $"time of training lenet-5 with in-run Shapley ÷ without, batch 64, {threads} thread{(threads == 1 ? "" : "s")}";
        using TrainingThroughput plain = new(Architectures.LeNet5, threads, clock),
            valued = new(Architectures.LeNet5, threads, clock, valued: true);
        var ratios = new List<double>();
        for (var turn = 0; turn < Turns; turn++)
        {
            stop.ThrowIfCancellationRequested();
            // Whoever is first in a turn may find the machine busier, so turns alternate.
            var (first, second) = turn % 2 == 0 ? (plain, valued) : (valued, plain);
            var (a, b) = (first.Measure(options.SecondsPerSample), second.Measure(options.SecondsPerSample));
            ratios.Add(turn % 2 == 0 ? a / b : b / a);
        }

        ratios.Sort();
        var ratio = ratios[Turns / 2];
        progress.Report(FormattableString.Invariant($"{bar}: {ratio:F2}"));
        return new BenchBar(bar, Math.Round(ratio, 2), "×", 1.5, null, null, ratio <= 1.5,
            $"8 validation examples in each step; median of {Turns} alternating pairs");
    }

    private async Task<IReadOnlyList<BenchBar>> FindAsync(IProgress<string> progress, CancellationToken stop)
    {
        const string InRun = "20 % of MNIST labels flipped: area under ROC of finding them, in-run Shapley";
        const string Neighbours = "20 % of MNIST labels flipped: area under ROC of finding them, KNN-Shapley";
        if (options.MnistFolder is not { } folder)
            return [.. new[] { InRun, Neighbours }
                .Select(bar => new BenchBar(bar, null, "area", 0.95, null, null, null, "no MNIST folder was given"))];

        var clean = await IdxFile.ReadAsync(Path.Combine(folder, "train-images-idx3-ubyte"),
            Path.Combine(folder, "train-labels-idx1-ubyte"), stop: stop);
        var held = await IdxFile.ReadAsync(Path.Combine(folder, "t10k-images-idx3-ubyte"), Path.Combine(folder, "t10k-labels-idx1-ubyte"),
            stop: stop);
        var flipped = FlippedLabels.Of(clean, 20, 10, Seed);

        var started = clock.GetTimestamp();
        var plan = new TrainingPlan(Architectures.LeNet5, new Optimiser(0.02f, 0.9f), batchSize: 64, epochs: 3, Seed);
        var shapley = new InRunShapley(held);
        using (var run = new TrainingRun(plan, flipped.Examples, threads: 2, values: shapley))
            while (!run.IsComplete)
            {
                stop.ThrowIfCancellationRequested();
                run.Next();
            }

        var seconds = clock.GetElapsedTime(started).TotalSeconds;
        var byTraining = Area(InRun, shapley.Result(), flipped,
            FormattableString.Invariant($"lenet-5, 3 epochs of 60,000, {seconds:F1} s on two threads"), progress);
        started = clock.GetTimestamp();
        var values = NeighbourShapley.Value(flipped.Examples, held.Slice(0, 1000), neighbours: 10, threads: 2, stop);
        seconds = clock.GetElapsedTime(started).TotalSeconds;
        return [byTraining, Area(Neighbours, values, flipped,
            FormattableString.Invariant($"pixels, 10 neighbours, 1,000 validation images, {seconds:F1} s on two threads"), progress)];
    }

    private static BenchBar Area(string bar, PointValues values, FlippedLabels flipped, string note, IProgress<string> progress)
    {
        var area = Ranking.AreaUnderRoc(values.Values, flipped.IsFlipped);
        progress.Report(FormattableString.Invariant($"{bar}: {area:F4} ({note})"));
        return new BenchBar(bar, Math.Round(area, 4), "area", 0.95, null, null, area >= 0.95, note);
    }
}
