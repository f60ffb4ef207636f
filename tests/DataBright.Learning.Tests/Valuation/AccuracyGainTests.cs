using DataBright.Learning.Benchmarks;
using DataBright.Learning.Checkpoints;
using DataBright.Learning.Examples;
using DataBright.Learning.Training;
using DataBright.Learning.Valuation;

namespace DataBright.Learning.Tests.Valuation;

public sealed class AccuracyGainTests
{
    private static readonly TrainingPlan Plan = TrainingPlan.OfSteps(Samples.Tiny, new Optimiser(0.02f, 0.5f), batchSize: 8,
        steps: 250, seed: 42);

    /// <summary>One start for all seeds: from some fresh parameters so small a net learns nothing, which drowns every gain.</summary>
    private static readonly Checkpoint Start = TrainingRun.FreshParameters(Samples.Tiny, 1);

    private readonly ExampleSet _reference = Samples.Examples(Samples.Tiny, 400, seed: 1);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Useful_examples_have_a_gain_above_zero_and_harmful_ones_below(int partitions)
    {
        var listed = Samples.Examples(Samples.Tiny, 30, seed: 2);
        var useful = AccuracyGain.Measure(Plan, listed, Samples.Examples(Samples.Tiny, 300, seed: 3), _reference, seeds: 8, start: Start,
            partitions: partitions, stop: Stop);
        useful.Gain.Low.ShouldBeGreaterThan(0);
        useful.Gain.Estimate.ShouldBe(useful.After - useful.Before, 1e-12);
        useful.Pairs.Count.ShouldBe(8);
        var harmful = AccuracyGain.Measure(Plan, Samples.Examples(Samples.Tiny, 60, seed: 2),
            Flipped(Samples.Examples(Samples.Tiny, 150, seed: 3)), _reference, seeds: 5, start: Start, partitions: partitions, stop: Stop);
        harmful.Gain.High.ShouldBeLessThan(0);
        Should.Throw<ArgumentException>(() => AccuracyGain.Measure(Plan, listed, listed, _reference, seeds: 1, stop: Stop));
    }

    /// <summary>
    /// Seen when epochs were equal and not steps: 360 copies of 60 points had a gain of 53 points, the whole interval above zero.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    public void Copies_of_what_is_there_have_no_gain(int times)
    {
        var above = 0;
        for (var seed = 0; seed < 12; seed++)
        {
            var listed = Samples.Examples(Samples.Tiny, 60, seed: (ulong)(100 + seed));
            var copies = ExampleSet.Concat([.. Enumerable.Repeat(listed, times)]);
            if (AccuracyGain.Measure(Plan.WithSeed((ulong)seed << 8), listed, copies, _reference, seeds: 4, stop: Stop).Gain.Low > 0)
                above++;
        }

        above.ShouldBeLessThanOrEqualTo(1);
    }

    [Fact]
    public async Task The_bench_of_the_measure_holds_for_a_few_datasets_too()
    {
        var packages = Path.Combine(Environment.GetEnvironmentVariable("DATABRIGHT_ROOT") ?? ".", "node_modules");
        if (!Directory.Exists(Path.Combine(packages, "vega-datasets")))
            Assert.Skip($"There is no {packages}/vega-datasets: run ./databright test, which installs it.");
        var weather = (await GainData.ReadAsync(packages, Stop)).Single(kind => kind.Name == "weather");
        var bars = new GainBench(seeds: 6).Run([weather], new Progress<string>(), Stop);
        bars.Count(bar => bar.Bar.Contains("above zero", StringComparison.Ordinal))
            .ShouldBe(8, "four kinds of copies, with one partition and with twenty");
        bars.Where(bar => bar.Bar.Contains("above zero", StringComparison.Ordinal)).Average(bar => bar.Value!.Value)
            .ShouldBeLessThanOrEqualTo(15);
        bars.Where(bar => bar.Bar.Contains("gain", StringComparison.Ordinal)).ShouldAllBe(bar => bar.Value != null && bar.Note != null);
    }

    private static ExampleSet Flipped(ExampleSet examples) =>
        new(examples.Shape, examples.Features, Array.ConvertAll(examples.Labels.ToArray(), label => (label + 1) % 4));
}
