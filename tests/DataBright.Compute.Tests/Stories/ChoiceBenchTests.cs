using DataBright.Compute.Evaluations;

namespace DataBright.Compute.Stories;

/// <summary>What the bench says about choices holds, and it says it of rules that refuse.</summary>
public sealed class ChoiceBenchTests
{
    [Fact]
    public void Nothing_that_somebody_who_gains_could_choose_is_taken()
    {
        var told = new List<string>();
        var bars = ChoiceBench.Run(new Told(told), TestContext.Current.CancellationToken);

        bars.ShouldAllBe(bar => bar.Holds == true);
        bars.Select(bar => bar.Limit).ShouldBe([5, 5, 4, 0]);
        bars[0].Note.ShouldNotBeNull().ShouldContain("may have been chosen to suit the points");
        bars[2].Note.ShouldNotBeNull().ShouldContain("three workers do each task");
        bars[3].Note.ShouldNotBeNull().ShouldContain("60 of 100");
        told.Count.ShouldBe(4);
    }

    private sealed class Told(List<string> lines) : IProgress<string>
    {
        public void Report(string value) => lines.Add(value);
    }
}
