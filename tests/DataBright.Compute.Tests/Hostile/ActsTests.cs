using DataBright.Compute.Scheduler;
using DataBright.Market;

namespace DataBright.Compute.Hostile;

/// <summary>Acts that fail: how often, how long they rest, and what is forgotten.</summary>
public sealed class ActsTests
{
    private static readonly ActKey Key = new(ActKind.Move, new JobId(1));

    private readonly ManualClock _clock = new();
    private readonly List<Tries> _told = [];

    [Fact]
    public async Task What_passes_by_itself_brings_the_end_no_nearer()
    {
        var acts = new Acts(_clock, new SchedulerTerms());
        for (var i = 0; i < 20; i++) await FailAsync(acts, new HttpRequestException("away"));
        for (var i = 0; i < 3; i++) await FailAsync(acts, new OperationCanceledException("somebody's token"));
        await FailAsync(acts, new InvalidCastException("nobody foresaw this"));

        _told[^1].ShouldBe(new Tries(24, 1));
    }

    [Fact]
    public async Task A_pause_is_kept_told_and_forgotten()
    {
        var acts = new Acts(_clock, new SchedulerTerms());
        acts.NextOf(Key).ShouldBeNull();
        await FailAsync(acts, new TimeoutException("late"));
        acts.IsDue(Key).ShouldBeTrue("the first failure is tried again at once");
        await FailAsync(acts, new TimeoutException("late"));

        acts.IsDue(Key).ShouldBeFalse();
        acts.FailuresOf(Key).ShouldBe(2);
        acts.NextOf(Key).ShouldBe(_clock.GetUtcNow() + TimeSpan.FromSeconds(1));

        acts.ForgetAll(key => key.Job == new JobId(2));
        acts.FailuresOf(Key).ShouldBe(2);
        acts.ForgetAll(key => key.Job == new JobId(1));
        acts.FailuresOf(Key).ShouldBe(0);
        acts.IsDue(Key).ShouldBeTrue();
    }

    private Task FailAsync(Acts acts, Exception fault) =>
        acts.DoAsync(Key, TimeSpan.FromMinutes(1), _ => Task.FromException(fault), (_, tries) => _told.Add(tries),
            TestContext.Current.CancellationToken);
}
