using DataBright.Node.Rest;

namespace DataBright.Node.Tests.Rest;

/// <summary>Answers that cost something: how often they are made, and how many at a time.</summary>
public sealed class AnswerCacheTests
{
    private readonly TimerClock _clock = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_thousand_who_ask_have_one_answer_made_until_it_is_stale()
    {
        var kept = new AnswerCache<int, int>(_clock, TimeSpan.FromMinutes(1));
        int made = 0;
        var slow = new TaskCompletionSource();
        async Task<int> MakeAsync()
        {
            await slow.Task;
            return ++made;
        }

        var asked = Enumerable.Range(0, 1_000).Select(_ => kept.GetAsync(7, MakeAsync, Stop)).ToArray();
        slow.SetResult();
        (await Task.WhenAll(asked)).ShouldAllBe(answer => answer == 1);
        _clock.Move(TimeSpan.FromSeconds(59));
        (await kept.GetAsync(7, MakeAsync, Stop)).ShouldBe(1);
        _clock.Move(TimeSpan.FromSeconds(1));
        (await kept.GetAsync(7, MakeAsync, Stop)).ShouldBe(2);
    }

    [Fact]
    public async Task What_could_not_be_made_is_not_tried_again_at_once()
    {
        var kept = new AnswerCache<int, int>(_clock, TimeSpan.FromHours(1));
        int tried = 0;
        Task<int> FailAsync() => throw new IOException($"{++tried}");
        for (int i = 0; i < 10; i++) (await Should.ThrowAsync<IOException>(() => kept.GetAsync(1, FailAsync, Stop))).Message.ShouldBe("1");
        _clock.Move(AnswerCache<int, int>.FailureTimeToLive);
        (await Should.ThrowAsync<IOException>(() => kept.GetAsync(1, FailAsync, Stop))).Message.ShouldBe("2");
    }

    [Fact]
    public async Task So_many_are_made_at_a_time_and_so_many_wait_and_the_rest_is_sent_away()
    {
        const int AtOnce = 2;
        var kept = new AnswerCache<int, int>(_clock, TimeSpan.FromMinutes(1), AtOnce);
        int running = 0, most = 0;
        var go = new SemaphoreSlim(0);
        async Task<int> MakeAsync()
        {
            var now = Interlocked.Increment(ref running);
            lock (go) most = Math.Max(most, now);
            await go.WaitAsync(Stop);
            Interlocked.Decrement(ref running);
            return 0;
        }

        var asked = Enumerable.Range(0, AtOnce + AnswerCache<int, int>.MaxWaiting)
            .Select(key => kept.GetAsync(key, MakeAsync, Stop)).ToArray();
        await Should.ThrowAsync<TooBusyException>(() => kept.GetAsync(-1, MakeAsync, Stop));
        go.Release(asked.Length + 1);
        await Task.WhenAll(asked);
        most.ShouldBeLessThanOrEqualTo(AtOnce);
        await kept.GetAsync(-1, MakeAsync, Stop);
    }

    [Fact]
    public async Task Whoever_asks_first_and_leaves_does_not_take_the_answer_from_the_others()
    {
        var kept = new AnswerCache<int, int>(_clock, TimeSpan.FromMinutes(1));
        var slow = new TaskCompletionSource<int>();
        using var leaves = new CancellationTokenSource();
        var first = kept.GetAsync(1, () => slow.Task, leaves.Token);
        var second = kept.GetAsync(1, () => slow.Task, Stop);
        await leaves.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => first);
        slow.SetResult(5);
        (await second).ShouldBe(5);
    }

    [Fact]
    public async Task No_more_than_so_many_are_kept()
    {
        var kept = new AnswerCache<int, int>(_clock, TimeSpan.FromHours(1), maxConcurrent: 4, maxEntries: 8);
        int made = 0;
        for (int key = 0; key < 100; key++) await kept.GetAsync(key, () => Task.FromResult(++made), Stop);
        await kept.GetAsync(99, () => Task.FromResult(++made), Stop);
        made.ShouldBe(100, "the newest is kept");
        await kept.GetAsync(0, () => Task.FromResult(++made), Stop);
        made.ShouldBe(101, "the oldest is not");
    }
}
