using DataBright.Node.Drafts;
using DataBright.Node.Rest;

namespace DataBright.Node.Tests.Web;

public sealed class DraftSeatTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_are_prepared_at_a_time_eight_wait_and_the_next_is_told_to_ask_again()
    {
        using var seats = new DraftSeats();
        var (hold, running) = (new TaskCompletionSource<int>(), 0);
        var present = Enumerable.Range(0, 10).Select(_ => seats.RunAsync(() =>
        {
            Interlocked.Increment(ref running);
            return hold.Task;
        }, Stop)).ToArray();
        running.ShouldBe(2);
        await Should.ThrowAsync<TooBusyException>(() => seats.RunAsync(() => Task.FromResult(3), Stop));
        hold.SetResult(1);
        (await Task.WhenAll(present)).Sum().ShouldBe(10);
        (await seats.RunAsync(() => Task.FromResult(3), Stop)).ShouldBe(3);
    }

    [Fact]
    public async Task A_draft_that_fails_and_one_that_stops_waiting_give_their_places_back()
    {
        using var seats = new DraftSeats();
        for (var i = 0; i < 20; i++)
            await Should.ThrowAsync<FormatException>(() => seats.RunAsync<int>(() => throw new FormatException("no"), Stop));
        using var impatient = new CancellationTokenSource();
        var hold = new TaskCompletionSource<int>();
        Task<int>[] held = [seats.RunAsync(() => hold.Task, Stop), seats.RunAsync(() => hold.Task, Stop)];
        var waiting = Enumerable.Range(0, 8).Select(_ => seats.RunAsync(() => hold.Task, impatient.Token)).ToArray();
        await impatient.CancelAsync();
        foreach (var one in waiting) await Should.ThrowAsync<OperationCanceledException>(() => one);
        var next = seats.RunAsync(() => Task.FromResult(3), Stop);
        hold.SetResult(1);
        await Task.WhenAll(held);
        (await next).ShouldBe(3);
    }
}
