using DataBright.Learning.Benchmarks;

namespace DataBright.Learning.Tests.Benchmarks;

public sealed class LearningBenchTests
{
    [Fact]
    public async Task What_cannot_be_measured_here_is_null_and_never_said_to_hold()
    {
        var options = new LearningBenchOptions(MnistFolder: null, BitCheckProgram: ThisProgram.With("bit-check"),
            Python: "/nowhere/python3", SecondsPerSample: 0);
        var bars = await new LearningBench(options, TimeProvider.System).RunAsync(new Progress<string>(),
            TestContext.Current.CancellationToken);
        bars.Count.ShouldBe(16);
        bars.Select(bar => bar.Bar).Distinct().Count().ShouldBe(16);
        bars.ShouldAllBe(bar => bar.Reference == null && bar.Ratio == null && bar.Note != null);
        bars.Count(bar => bar.Value > 0).ShouldBe(13);

        var hashes = bars.Single(bar => bar.Unit == "hashes");
        hashes.Value.ShouldBe(1);
        hashes.Holds.ShouldBe(true);
        bars.Count(bar => bar.Unit == "×" && bar.Holds != null).ShouldBe(2);
        bars.Where(bar => bar != hashes && bar.Unit != "×").ShouldAllBe(bar => bar.Holds == null);
        bars.Single(bar => bar.Unit == "%").Value.ShouldBeNull();
        bars.Count(bar => bar.Unit == "area" && bar.Value == null).ShouldBe(2);
    }

    [Fact]
    public void A_line_that_is_no_result_is_refused() =>
        Should.Throw<MalformedInputException>(() => BitCheck.Read("Segmentation fault"));
}
