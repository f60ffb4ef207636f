using DataBright.Compute.Failures;
using DataBright.Failures;

namespace DataBright.Compute.Hostile;

public sealed class RetriesTests
{
    private readonly TimerClock _clock = new();

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

    [Fact]
    public async Task One_that_fails_or_hangs_holds_up_no_other()
    {
        var told = new List<string>();
        var work = new SideBySide<int>(new RetryTerms(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(8), Most: 3), 4,
            TimeSpan.FromSeconds(30), _clock, (key, step) =>
        {
            lock (told) told.Add(step.Tell($"{key}", ""));
        });
        var attempts = new int[10];
        var begin = () => work.Begin(Enumerable.Range(0, 10), async (key, _) =>
        {
            Interlocked.Increment(ref attempts[key]);
            if (key == 3) throw new FormatException("three");
            if (key == 5) await new TaskCompletionSource().Task;
            return null;
        }, TestContext.Current.CancellationToken);
        await _clock.UntilAsync(() =>
        {
            begin();
            return Enumerable.Range(0, 10).Except([3, 5]).All(work.HasEnded);
        });
        await _clock.UntilAsync(() =>
        {
            begin();
            return work.GivenUp.Count == 2;
        });

        attempts.ShouldBe([1, 1, 1, 3, 1, 3, 1, 1, 1, 1]);
        lock (told) told.Count.ShouldBe(4, "each reason and each end, once");
        work.GivenUp.Keys.Order().ShouldBe([3, 5]);
    }
}
