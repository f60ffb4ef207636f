using DataBright.Compute.Protocol;
using DataBright.Ethereum;
using DataBright.Node.Scheduler;

namespace DataBright.Node.Tests.Scheduler;

/// <summary>How many polls of a worker are held back at a time: one.</summary>
public sealed class HeldPollTests
{
    private static readonly JobDomain Domain = new(31337, Address.Parse("0x00000000000000000000000000000000000000aa"));

    private readonly Wire _wire = new();
    private readonly DateTimeOffset _now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_newer_poll_has_the_older_one_answered_at_once()
    {
        var polls = new HeldPolls(_wire);
        using var key = EthereumKey.Generate();
        var held = new List<Task<Orders>>();
        for (int i = 0; i < 50; i++) held.Add(polls.PollAsync(Poll(key, _now.AddSeconds(i)), Stop));
        foreach (var older in held.SkipLast(1)) (await older).IsEmpty.ShouldBeTrue();
        held[^1].IsCompleted.ShouldBeFalse();
        polls.Count.ShouldBe(1);
        _wire.Answer.SetResult();
        await held[^1];
        polls.Count.ShouldBe(0);
    }

    [Fact]
    public async Task A_poll_that_is_played_again_does_not_end_the_one_that_is_held()
    {
        var polls = new HeldPolls(_wire);
        using var key = EthereumKey.Generate();
        var held = polls.PollAsync(Poll(key, _now), Stop);
        (await polls.PollAsync(Poll(key, _now), Stop)).IsEmpty.ShouldBeTrue();
        (await polls.PollAsync(Poll(key, _now.AddMinutes(-1)), Stop)).IsEmpty.ShouldBeTrue();
        held.IsCompleted.ShouldBeFalse();
        _wire.Answer.SetResult();
        await held;
    }

    [Fact]
    public async Task Each_worker_has_its_own_and_one_that_leaves_gives_it_back()
    {
        var polls = new HeldPolls(_wire);
        using EthereumKey ada = EthereumKey.Generate(), ben = EthereumKey.Generate();
        using var leaves = new CancellationTokenSource();
        var first = polls.PollAsync(Poll(ada, _now), leaves.Token);
        var other = polls.PollAsync(Poll(ben, _now), Stop);
        polls.Count.ShouldBe(2);
        await leaves.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => first);
        polls.Count.ShouldBe(1);
        other.IsCompleted.ShouldBeFalse();
        _wire.Answer.SetResult();
        await other;
    }

    private static SignedMessage Poll(EthereumKey key, DateTimeOffset at) =>
        SignedMessage.Create(MessageKind.Poll, new Poll(at, 1, [], [], 20_000), Domain, key);

    /// <summary>A scheduler that has nothing to do until it is told.</summary>
    private sealed class Wire : ISchedulerWire
    {
        public TaskCompletionSource Answer { get; } = new();

        public Task<JobDomain> DomainAsync(CancellationToken stop) => Task.FromResult(Domain);

        public async Task<Orders> PollAsync(SignedMessage poll, CancellationToken stop)
        {
            await Answer.Task.WaitAsync(stop);
            return Orders.None;
        }

        public Task CommitAsync(SignedMessage commit, CancellationToken stop) => throw new NotSupportedException();

        public Task RevealAsync(SignedMessage reveal, Attachment finalState, CancellationToken stop) => throw new NotSupportedException();

        public Task HeartbeatAsync(SignedMessage heartbeat, CancellationToken stop) => throw new NotSupportedException();

        public Task AnswerAsync(SignedMessage answer, Attachment stateBefore, CancellationToken stop) => throw new NotSupportedException();

        public Task<Stream> FetchAsync(SignedMessage fetch, CancellationToken stop) => throw new NotSupportedException();
    }
}
