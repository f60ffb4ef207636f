using System.Diagnostics;
using DataBright.Learning.Examples;
using DataBright.Learning.Networks;
using DataBright.Learning.Training;

namespace DataBright.Learning.Benchmarks;

/// <summary>
/// Measures the learning bars: throughput of training and of matrix products against PyTorch, where it is installed, in
/// alternating turns of which the median counts; equality of checkpoints over vector widths and threads; accuracy on MNIST; the values of
/// data.
/// </summary>
public sealed class LearningBench(LearningBenchOptions options, TimeProvider clock)
{
    private const int Turns = 5;
    private static readonly int[] ThreadCounts = [1, 2];

    /// <summary>Measures every bar that can be measured here; takes a minute or two.</summary>
    /// <exception cref="MalformedInputException">The MNIST files are not what they should be.</exception>
    public async Task<IReadOnlyList<BenchBar>> RunAsync(IProgress<string> progress, CancellationToken stop)
    {
        var bars = new List<BenchBar>();
        await using (var torch = await PyTorch.StartAsync(options.Python, stop))
        {
            progress.Report(torch is null ? $"no PyTorch at {options.Python}: figures have no reference" : torch.Description);
            Architecture[] deeper = options.Deeper ? [Architectures.ResNet20, Architectures.Vgg8, Architectures.TextClassifier] : [];
            foreach (var architecture in new[] { Architectures.LeNet5, Architectures.Mlp, Architectures.Cnn }.Concat(deeper))
                bars.AddRange(await CompareAsync($"training {architecture.Name}, batch 64", architecture.Name, "images/s", 1, 1.0,
                    threads => new TrainingThroughput(architecture, threads, clock), torch, progress, stop));
            foreach (var size in new[] { 1024, 2048 })
                bars.AddRange(await CompareAsync($"matrix product {size}³", size.ToString(), "GFLOP/s", 1e9, 0.8,
                    threads => new ProductThroughput(size, threads, clock), torch, progress, stop));
        }

        bars.Add(await EqualityAsync(progress, stop));
        bars.Add(await AccuracyAsync(progress, stop));
        bars.AddRange(await new ValuationBench(options, clock).RunAsync(progress, stop));
        return bars;
    }

    private async Task<IEnumerable<BenchBar>> CompareAsync(string bar, string what, string unit, double scale, double limit,
        Func<int, Throughput> prepare, PyTorch? torch, IProgress<string> progress, CancellationToken stop)
    {
        // A product without a tuned library under it is no reference for one.
        var isFair = torch is not null && (torch.HasFastBlas || unit == "images/s");
        var own = ThreadCounts.ToDictionary(threads => threads, _ => new List<double>());
        var reference = ThreadCounts.ToDictionary(threads => threads, _ => new List<double>());
        var runs = ThreadCounts.Select(prepare).ToArray();
        try
        {
            for (var turn = 0; turn < Turns; turn++)
                for (var i = 0; i < ThreadCounts.Length; i++)
                {
                    stop.ThrowIfCancellationRequested();
                    own[ThreadCounts[i]].Add(runs[i].Measure(options.SecondsPerSample) / scale);
                    if (isFair)
                        reference[ThreadCounts[i]].Add(
                            await torch!.MeasureAsync(what, ThreadCounts[i], options.SecondsPerSample, stop) / scale);
                }
        }
        finally
        {
            foreach (var run in runs) run.Dispose();
        }

        double? best = isFair ? reference.Values.Max(Median) : null;
        return ThreadCounts.Select(threads =>
        {
            var value = Median(own[threads]);
            progress.Report(FormattableString.Invariant(
                $"{bar}, {threads} thread(s): {value:F0} {unit}{(best is null ? "" : $", reference {best:F0}, ratio {value / best:F2}")}"));
            var note = isFair ? torch!.Description
                : torch is null ? "PyTorch is not installed" : "PyTorch has no tuned BLAS here; install libopenblas0-pthread";
            return new BenchBar($"{bar}, {threads} thread{(threads == 1 ? "" : "s")}", Rounded(value), unit, limit, Rounded(best),
                Rounded(value / best, 2), best is null ? null : value / best >= limit, note);
        }).ToArray();
    }

    private async Task<BenchBar> EqualityAsync(IProgress<string> progress, CancellationToken stop)
    {
        const string Bar = "distinct checkpoint hashes per architecture over vector widths and 1, 2, 3 threads";
        if (options.BitCheckProgram is not { Count: > 0 } program)
            return new BenchBar(Bar, null, "hashes", 1, null, null, null, "no program for child processes was given");

        var hashes = new Dictionary<string, HashSet<string>>();
        var widths = new SortedSet<int>();
        foreach (var (name, value, _) in BitCheck.Switches)
        {
            var start = new ProcessStartInfo(program[0], program.Skip(1)) { RedirectStandardOutput = true };
            start.Environment[name] = value;
            using var child = Process.Start(start) ?? throw new InvalidOperationException($"{program[0]} did not start.");
            var result = BitCheck.Read(await child.StandardOutput.ReadToEndAsync(stop));
            await child.WaitForExitAsync(stop);
            widths.Add(result.Width);
            foreach (var (run, hash) in result.Hashes)
            {
                var architecture = run.Split('/')[0];
                if (!hashes.TryGetValue(architecture, out var distinct)) hashes[architecture] = distinct = [];
                distinct.Add(hash);
            }
        }

        var worst = hashes.Values.Max(distinct => distinct.Count);
        var note = $"lanes {string.Join(", ", widths)}; {hashes.Count} architectures";
        progress.Report($"{Bar}: {worst} ({note})");
        return new BenchBar(Bar, worst, "hashes", 1, null, null, worst == 1 && widths.Count > 1, note);
    }

    private async Task<BenchBar> AccuracyAsync(IProgress<string> progress, CancellationToken stop)
    {
        const string Bar = "MNIST test accuracy, LeNet-5, 3 epochs of 60,000";
        if (options.MnistFolder is not { } folder) return new BenchBar(Bar, null, "%", 98.5, null, null, null, "no MNIST folder was given");

        var train = await IdxFile.ReadAsync(Path.Combine(folder, "train-images-idx3-ubyte"),
            Path.Combine(folder, "train-labels-idx1-ubyte"), stop: stop);
        var test = await IdxFile.ReadAsync(Path.Combine(folder, "t10k-images-idx3-ubyte"), Path.Combine(folder, "t10k-labels-idx1-ubyte"),
            stop: stop);
        var plan = new TrainingPlan(Architectures.LeNet5, new Optimiser(0.02f, 0.9f, 0.0005f), batchSize: 64, epochs: 3, seed: 1);
        var started = clock.GetTimestamp();
        using var run = new TrainingRun(plan, train, start: null, threads: 2);
        while (!run.IsComplete)
        {
            stop.ThrowIfCancellationRequested();
            run.Next();
        }

        var seconds = clock.GetElapsedTime(started).TotalSeconds;
        var accuracy = Evaluation.Measure(plan.Architecture, run.Parameters(), test, threads: 2);
        progress.Report(FormattableString.Invariant($"{Bar}: {accuracy} after {seconds:F1} s"));
        return new BenchBar(Bar, Rounded(100 * accuracy.Value, 2), "%", 98.5, null, null, accuracy.Value >= 0.985,
            FormattableString.Invariant($"{seconds:F1} s on two threads"));
    }

    private static double Median(List<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    private static double? Rounded(double? value, int digits = 0) => value is { } number ? Math.Round(number, digits) : null;
}
