using DataBright.Failures;

namespace DataBright.Tests.Failures;

public sealed class RetriesTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public void Pauses_double_up_to_the_longest_and_never_overflow()
    {
        var terms = new RetryTerms(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        Enumerable.Range(1, 8).Select(failures => terms.PauseAfter(failures).TotalSeconds).ShouldBe([1, 2, 4, 8, 16, 32, 60, 60]);
        terms.PauseAfter(int.MaxValue).ShouldBe(TimeSpan.FromMinutes(1));
        new RetryTerms(TimeSpan.Zero, TimeSpan.Zero).PauseAfter(40).ShouldBe(TimeSpan.Zero);
        var spread = Enumerable.Range(0, 50).Select(seed => terms.PauseAfter(7, new Random(seed))).ToArray();
        spread.ShouldAllBe(pause => pause > TimeSpan.FromSeconds(44) && pause <= TimeSpan.FromSeconds(60));
        spread.Distinct().Count().ShouldBeGreaterThan(40);
    }

    [Fact]
    public void A_reason_is_news_once_and_the_end_is_news_too()
    {
        var retries = new Retries(new RetryTerms(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), Most: 4), _clock);
        retries.Fail(new InvalidOperationException("one")).IsNews.ShouldBeTrue();
        retries.Fail(new InvalidOperationException("one")).IsNews.ShouldBeFalse();
        retries.Fail(new InvalidOperationException("other")).IsNews.ShouldBeTrue();
        retries.Fail(new InvalidOperationException("other"), counts: false).IsGivenUp.ShouldBeFalse("what passes by itself brings no end");
        var last = retries.Fail(new InvalidOperationException("other"));
        (last.IsNews, last.IsGivenUp, retries.IsDue).ShouldBe((true, true, false));
        last.Tell("The posting of job 3", "Restart the node.")
            .ShouldBe("The posting of job 3 is given up after 5 attempts: other. Restart the node.");
        retries.Succeed().ShouldBeTrue();
        retries.IsDue.ShouldBeTrue();
    }
}
