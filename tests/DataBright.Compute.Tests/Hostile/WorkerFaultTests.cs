using DataBright.Compute.Jobs;
using DataBright.Compute.Protocol;
using DataBright.Compute.Scheduler.State;
using DataBright.Compute.Workers;
using DataBright.Compute.Worlds;
using DataBright.Market;

namespace DataBright.Compute.Hostile;

/// <summary>Every call of a worker to its scheduler ends with every exception: for all it asks, and for one job alone.</summary>
public sealed class WorkerFaultTests : IDisposable
{
    private static readonly string[] OfEverything = [nameof(ISchedulerWire.DomainAsync), nameof(ISchedulerWire.PollAsync)];

    private readonly string _folder = Directory.CreateTempSubdirectory("databright-worker-faults-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string> Polls => [.. OfEverything];

    /// <summary>All others are about one lease. An answer is given in disputes alone.</summary>
    public static TheoryData<string> OfOneLease =>
        [.. FaultySeam<ISchedulerWire>.Methods.Except(OfEverything).Except([nameof(ISchedulerWire.AnswerAsync)])];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Polls))]
    public async Task Whatever_a_poll_ends_with_the_worker_tells_it_once_and_goes_on(string method)
    {
        foreach (var fault in Faults.Tried)
        {
            var clock = new TimerClock();
            var news = new List<string>();
            var (failed, polls) = (0, 0);
            var wire = FaultySeam<ISchedulerWire>.Before(new IdleWire(() => polls++),
                (called, _) => called.Name == method && ++failed <= 4 ? fault.Make() : null);
            using var engine = Engine(wire, clock, news);
            using var end = new CancellationTokenSource();

            var work = Task.Run(() => engine.RunAsync(default, end.Token), Stop);
            await clock.UntilAsync(() => work.IsCompleted || polls >= 2);

            work.IsCompleted.ShouldBeFalse($"{fault}: the worker ended");
            failed.ShouldBeGreaterThanOrEqualTo(4, fault.Name);
            lock (news) news.Count.ShouldBe(1, $"{fault}: {string.Join(" | ", news)}");
            await end.CancelAsync();
            await clock.UntilAsync(() => work.IsCompleted);
            await work;
        }
    }

    [Fact]
    public async Task A_worker_that_fails_to_reach_its_scheduler_asks_less_and_less_often()
    {
        var clock = new TimerClock();
        var asked = new List<DateTimeOffset>();
        var wire = FaultySeam<ISchedulerWire>.Before(new IdleWire(() => { }), (_, _) =>
        {
            asked.Add(clock.GetUtcNow());
            return new HttpRequestException("no route");
        });
        using var engine = Engine(wire, clock, []);
        using var end = new CancellationTokenSource();
        var work = Task.Run(() => engine.RunAsync(default, end.Token), Stop);

        await clock.UntilAsync(() => asked.Count == 12, TimeSpan.FromMilliseconds(50));

        var pauses = asked.Zip(asked.Skip(1), (one, next) => next - one).ToArray();
        pauses[0].ShouldBeInRange(TimeSpan.FromMilliseconds(180), TimeSpan.FromMilliseconds(350));
        pauses[^1].ShouldBeInRange(TimeSpan.FromSeconds(22), TimeSpan.FromSeconds(31));
        await end.CancelAsync();
        await clock.UntilAsync(() => work.IsCompleted);
    }

    [Theory]
    [MemberData(nameof(OfOneLease))]
    public async Task Whatever_a_call_about_a_lease_ends_with_other_jobs_end_and_this_one_ends_afterwards(string method)
    {
        // A job in a whole market costs time; what fails once is a part of what fails for ever.
        foreach (var once in (bool[])[true, false])
            foreach (var fault in Faults.Families.Where((_, number) => !once || number % 4 == 0))
            {
                using var world = new World(workers: 3);
                var calls = 0;
                var isOver = false;
                foreach (var seat in world.Workers)
                    seat.Wrap = wire => FaultySeam<ISchedulerWire>.Before(wire, (called, args) =>
                        !isOver && called.Name == method && LeaseOf(args) is { Job.Value: 1 } && (++calls == 1 || !once)
                            ? fault.Make() : null);
                var plan = await TinyData.PlanAsync(world.Blobs) with { Partitions = 1, Rounds = 1, DataLimitBps = 10_000 };
                JobId failing = await world.OrderAsync(plan), other = await world.OrderAsync(plan);

                (await world.RunAsync(other)).Phase.ShouldBe(JobPhase.Settled, $"{method}, {fault}: the other job");
                calls.ShouldBeGreaterThan(0, $"{method} was not called");
                world.Workers.ShouldContain(seat => seat.News.Any(news => news.Contains(fault.Reason, StringComparison.Ordinal)),
                    $"{method}, {fault}: it is told");

                isOver = true;
                foreach (var seat in world.Workers) seat.Kill();
                (await world.RunAsync(failing, step: TimeSpan.FromSeconds(5))).Phase.ShouldBe(JobPhase.Settled,
                    $"{method}, {fault}: the job itself, {(once ? "after one failure" : "when it does not fail any more")}");
            }
    }

    [Fact]
    public async Task Every_call_to_a_scheduler_that_hangs_ends_in_time()
    {
        var clock = new TimerClock();
        var hanging = FaultySeam<ISchedulerWire>.Before(new IdleWire(() => { }), (_, _) => null, (_, _) => true);
        var wire = new TimedWire(hanging, new WorkerOptions(), clock);
        foreach (var method in typeof(ISchedulerWire).GetMethods())
        {
            var asked = (Task)method.Invoke(wire,
                [.. method.GetParameters()
                    .Select(parameter => parameter.ParameterType == typeof(CancellationToken) ? Stop : (object?)null)])!;
            await clock.UntilAsync(() => asked.IsCompleted, TimeSpan.FromSeconds(10));
            asked.Exception!.InnerException.ShouldBeOfType<TimeoutException>(method.Name);
        }
    }

    [Fact]
    public async Task A_listener_that_fails_stops_no_work()
    {
        var clock = new TimerClock();
        var polls = 0;
        var wire = FaultySeam<ISchedulerWire>.Before(new IdleWire(() => polls++),
            (_, _) => polls == 0 && polls++ == 0 ? new TimeoutException("late") : null);
        using var engine = new WorkerEngine(World.Key(9), wire, new WorkFolder(_folder), new HonestExecutor(), clock, new WorkerOptions(),
            new Deaf());
        using var end = new CancellationTokenSource();
        var work = Task.Run(() => engine.RunAsync(default, end.Token), Stop);
        await clock.UntilAsync(() => polls > 2 || work.IsCompleted);
        work.IsCompleted.ShouldBeFalse();
        await end.CancelAsync();
        await clock.UntilAsync(() => work.IsCompleted);
    }

    private WorkerEngine Engine(ISchedulerWire wire, TimeProvider clock, List<string> news) =>
        new(World.Key(9), wire, new WorkFolder(_folder), new HonestExecutor(), clock, new WorkerOptions(), new Ears(news));

    private static LeaseId? LeaseOf(object?[] args)
    {
        if (args[0] is not SignedMessage message) return null;
        using var body = System.Text.Json.JsonDocument.Parse(message.Body);
        return body.RootElement.TryGetProperty("lease", out var lease) ? LeaseId.Parse(lease.GetString()!) : null;
    }

    private sealed class Ears(List<string> news) : IProgress<WorkerNews>
    {
        public void Report(WorkerNews value)
        {
            lock (news) news.Add(value.Text);
        }
    }

    private sealed class Deaf : IProgress<WorkerNews>
    {
        public void Report(WorkerNews value) => throw new IOException("No space left on device", 28);
    }

    private sealed class IdleWire(Action polled) : ISchedulerWire
    {
        public Task<JobDomain> DomainAsync(CancellationToken stop) => Task.FromResult(new JobDomain(1, default));

        public Task<Orders> PollAsync(SignedMessage poll, CancellationToken stop)
        {
            polled();
            return Task.FromResult(Orders.None);
        }

        public Task CommitAsync(SignedMessage commit, CancellationToken stop) => Task.CompletedTask;

        public Task RevealAsync(SignedMessage reveal, Attachment finalState, CancellationToken stop) => Task.CompletedTask;

        public Task HeartbeatAsync(SignedMessage heartbeat, CancellationToken stop) => Task.CompletedTask;

        public Task AnswerAsync(SignedMessage answer, Attachment stateBefore, CancellationToken stop) => Task.CompletedTask;

        public Task<Stream> FetchAsync(SignedMessage fetch, CancellationToken stop) => Task.FromResult<Stream>(new MemoryStream());
    }
}
