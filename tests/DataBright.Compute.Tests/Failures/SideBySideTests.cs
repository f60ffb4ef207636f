using DataBright.Failures;

namespace DataBright.Compute.Failures;

public sealed class SideBySideTests
{
    private readonly TimerClock _clock = new();

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
