namespace DataBright.Market.Tests.Indexes;

public sealed class IndexBenchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_measured_was_really_entered()
    {
        var measured = IndexBench.Measure(_folder["index.db"], blocks: 1_000, _ => { }, TestContext.Current.CancellationToken);
        measured.Events.ShouldBe(100_000);
        measured.Pages.ShouldBeGreaterThan(300);
        measured.P99Milliseconds.ShouldBeGreaterThanOrEqualTo(measured.MedianMilliseconds);
    }
}
