using System.Reflection;
using DataBright.Compute.Jobs;
using DataBright.Compute.Ledger;
using DataBright.Compute.Points;
using DataBright.Compute.Protocol;
using DataBright.Compute.Referees;
using DataBright.Compute.Scheduler;
using DataBright.Compute.Scheduler.State;
using DataBright.Compute.Scheduler.Stores;
using DataBright.Compute.Workers;
using DataBright.Compute.Worlds;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Storage;

namespace DataBright.Compute.Hostile;

/// <summary>
/// Every kind of exception at every call that the scheduler makes to others: the job concerned says why and ends when the fault does; no
/// other job, no worker and not the scheduler itself is stopped.
/// </summary>
public sealed class SchedulerFaultTests
{
    private static readonly (Type Seam, string Method)[] Calls =
    [
        .. new[] { typeof(IJobLedger), typeof(IBlobStore), typeof(IShardSource), typeof(IReferee), typeof(ISchedulerStore) }
            .SelectMany(seam => seam.GetMethods().Where(method => !method.IsSpecialName && method.IsAbstract)
                .Select(method => (seam, method.Name))),
    ];

    /// <summary>
    /// Calls that are made at the start only, for nobody's sake, or by whoever keeps the store in order: not under test here.
    /// </summary>
    private static readonly HashSet<string> NotOfJobs =
    [
        nameof(ISchedulerStore.Load), nameof(ISchedulerStore.Refusals), nameof(IReferee.AddressAsync), nameof(ISchedulerStore.Events),
        nameof(ISchedulerStore.Refuse),
        nameof(IBlobStore.ExpiredAsync), nameof(IBlobStore.RemoveExpiredAsync), nameof(IBlobStore.Measure),
    ];

    public static TheoryData<string, string> EveryCall =>
        new(Calls.Where(call => !NotOfJobs.Contains(call.Method)).Select(call => (call.Seam.Name, call.Method)));

    [Theory]
    [MemberData(nameof(EveryCall))]
    public async Task Whatever_a_call_ends_with_once_all_jobs_end_well(string seam, string method)
    {
        var place = Array.FindIndex(Calls, call => call.Seam.Name == seam && call.Method == method);
        var faults = IsThorough ? Faults.All : [.. Faults.Families.Where((_, i) => (i + place) % 5 == 0)];
        var hit = 0;
        foreach (var fault in faults)
        {
            using var world = await DisputedWorldAsync();
            var failed = false;
            var controls = new Controls(world);
            controls.Fail((type, called, _) =>
            {
                if (failed || type.Name != seam || called.Name != method) return null;
                failed = true;
                return fault.Make();
            });

            foreach (var job in await TwoJobsAsync(world)) await EndAsync(world, job, $"{fault.Name} at {seam}.{method}");
            if (failed) hit++;
        }

        hit.ShouldBe(faults.Count, "each was really thrown");
    }

    [Fact]
    public async Task Whatever_a_job_fails_with_every_time_the_other_ends_well_and_it_says_why()
    {
        foreach (var fault in Faults.Families.Where((_, i) => IsThorough || i % 4 == 0))
        {
            using var world = await DisputedWorldAsync();
            var controls = new Controls(world);
            var jobs = await TwoJobsAsync(world);
            controls.Fail((type, _, arguments) => type == typeof(IJobLedger) && arguments.Contains(jobs[0]) ? fault.Make() : null);

            await EndAsync(world, jobs[1], fault.Name);
            var waiting = world.Host.Book.Find(jobs[0])!;
            waiting.Problem.ShouldNotBeNullOrEmpty(fault.Name);
            world.Store.Events(jobs[0], 0, 1000).Count(news => news.Kind is JobEventKind.Waiting or JobEventKind.Failed)
                .ShouldBeLessThan(20, "it is not told again and again");

            controls.Fail((_, _, _) => null);
            for (var turn = 0; turn < 400 && world.Host.Book.Find(jobs[0]) is { IsOver: false }; turn++) await TurnAsync(world);
            var over = world.Host.Book.Find(jobs[0])!;
            if (over.Phase == JobPhase.Failed) over.Problem.ShouldNotBeNull().ShouldStartWith("Given up after", customMessage: fault.Name);
            else over.Phase.ShouldBe(JobPhase.Settled, fault.Name);
        }
    }

    [Fact]
    public async Task What_nobody_foresaw_ends_with_its_job_and_not_never()
    {
        using var world = await DisputedWorldAsync();
        var controls = new Controls(world);
        var jobs = await TwoJobsAsync(world);
        var asked = 0;
        controls.Fail((type, called, arguments) =>
        {
            if (type != typeof(IJobLedger) || called.Name != nameof(IJobLedger.FindAsync) || !arguments.Contains(jobs[0])) return null;
            asked++;
            return new InvalidCastException("nobody foresaw this");
        });
        for (var turn = 0; turn < 2_000 && world.Host.Book.Find(jobs[0]) is null or { IsOver: false }; turn++) await TurnAsync(world);

        world.Host.Book.Find(jobs[0])!.Problem.ShouldBe("Given up after 12 failures: InvalidCastException: nobody foresaw this");
        asked.ShouldBe(12);
    }

    [Fact]
    public async Task Every_exception_there_is_stops_one_job_and_nothing_else()
    {
        using var world = await DisputedWorldAsync();
        var controls = new Controls(world);
        var jobs = await TwoJobsAsync(world);
        var next = 0;
        controls.Fail((type, called, arguments) =>
            type == typeof(IJobLedger) && called.Name == nameof(IJobLedger.BeaconAsync) && arguments.Contains(jobs[0])
                && next < Faults.All.Count ? Faults.All[next++].Make() : null);

        await EndAsync(world, jobs[1], "the other job");
        world.Host.Book.Find(jobs[0])!.Problem.ShouldNotBeNullOrEmpty();
    }

    [Theory]
    [InlineData(nameof(IReferee.JudgeAsync))]
    [InlineData(nameof(IJobLedger.AnchorAsync))]
    [InlineData(nameof(IJobLedger.FindAsync))]
    [InlineData(nameof(IShardSource.ReadAsync))]
    public async Task What_hangs_holds_up_what_needs_it_and_nothing_else_for_a_bounded_time(string method)
    {
        using var world = await DisputedWorldAsync(new SchedulerTerms { LedgerInterval = TimeSpan.Zero, ActLimit = TimeSpan.FromSeconds(1),
            JudgeLimit = TimeSpan.FromSeconds(1) });
        var controls = new Controls(world);
        var plan = await PlanAsync(world);
        var other = plan with { Version = Keccak.Hash("other"u8), Redundancy = 1, Shards = [plan.Shards[1]],
            Runs = [new RunPlan("main", 1, [0])] };
        var first = await world.OrderAsync(plan);
        // Whoever is drawn follows from the block of the acceptance: the first job has its own, and with it a liar, whatever runs side by
        // side.
        if (method == nameof(IReferee.JudgeAsync)) await world.UntilAsync(() => world.Host.Book.Find(first)?.Phase == JobPhase.Running);
        var second = await world.OrderAsync(other);
        var never = new TaskCompletionSource();
        var hung = 0;
        controls.Hold((_, called, arguments) =>
        {
            if (called.Name != method || !Concerns(arguments, first, plan)) return null;
            Interlocked.Increment(ref hung);
            return never.Task;
        });

        for (var turn = 0; turn < 2_000 && !(world.Host.Book.Find(second) is { IsOver: true } && hung > 1); turn++)
        {
            var change = world.Host.Book.Change;
            foreach (var worker in world.Workers) await worker.TurnAsync();
            await world.Host.BeginAsync((_, _) => { }, Stop);
            await Task.WhenAny(change, Task.Delay(20, Stop));
            world.Clock.Move(TimeSpan.FromMilliseconds(20));
        }

        world.Host.Book.Find(second)!.Phase.ShouldBe(JobPhase.Settled, world.Host.Book.Find(second)!.Problem);
        hung.ShouldBeGreaterThan(1,
            $"it was given up after its time, and tried again: {string.Join(" | ", world.Store.Events(first, 0, 1000).TakeLast(12))}");
        world.Host.Book.Find(first)!.IsOver.ShouldBeFalse();
    }

    [Fact]
    public async Task What_cannot_be_made_ready_is_not_handed_out_again_and_again()
    {
        using var world = await DisputedWorldAsync();
        var controls = new Controls(world);
        var job = await world.OrderAsync(await PlanAsync(world));
        foreach (var worker in world.Workers) await worker.TurnAsync();
        await world.Host.AdvanceAsync((_, _) => { }, Stop);
        controls.Fail((type, _, _) => type == typeof(IShardSource)
            ? new ShardUnreadableException(world.Host.Book.Find(job)!.Plan.Shards[0], "it is away.") : null);
        for (var turn = 0; turn < 30; turn++)
            foreach (var worker in world.Workers) await worker.TurnAsync();

        world.Store.Events(job, 0, 1000).Count(news => news.Kind == JobEventKind.Leased)
            .ShouldBeLessThanOrEqualTo(6, "twice for each of three");
        world.Host.Book.Find(job)!.Problem.ShouldNotBeNull().ShouldContain("it is away");

        controls.Fail((_, _, _) => null);
        await EndAsync(world, job, "the shards are back");
        world.Host.Book.Find(job)!.Participants.Values.ShouldAllBe(participant => participant.Lapses == 0,
            "nobody is late for what was not given");
    }

    [Fact]
    public async Task A_database_that_cannot_be_written_is_one_clear_state_and_nothing_is_lost()
    {
        var (store, control) = FailingSeam<ISchedulerStore>.Around(new MemorySchedulerStore());
        using var world = new World(workers: 4, store);
        var job = await world.OrderAsync(await PlanAsync(world));
        await world.UntilAsync(() => world.Host.Book.Find(job)?.Phase == JobPhase.Running);
        var before = world.Host.Book.Find(job)!;
        control.Fault = (called, _) => called.Name == nameof(ISchedulerStore.Save)
            ? new SchedulerStoreException("The disk is full.") : null;
        var told = new List<string>();
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var running = world.Host.RunAsync(told.Add, ends.Token);
        foreach (var worker in world.Workers) await worker.TurnAsync();
        for (var wait = 0; wait < 200 && world.Host.Trouble is null; wait++) await Task.Delay(20, Stop);

        world.Host.Trouble.ShouldNotBeNull().ShouldContain("The disk is full.");
        world.Host.Book.Find(job).ShouldBeSameAs(before);
        told.Count(text => text.Contains("The disk is full.", StringComparison.Ordinal)).ShouldBe(1);

        world.Clock.Move(TimeSpan.FromMinutes(10));
        // They are there all the time, and nothing of what they say is kept.
        foreach (var worker in world.Workers) await worker.TurnAsync();
        await Task.Delay(100, Stop);
        control.Fault = (_, _) => null;
        for (var wait = 0; wait < 200 && world.Host.Trouble is not null; wait++) await Task.Delay(20, Stop);
        world.Host.Trouble.ShouldBeNull("it goes on by itself");
        for (var turn = 0; turn < 2_000 && world.Host.Book.Find(job) is { IsOver: false }; turn++)
        {
            foreach (var worker in world.Workers) await worker.TurnAsync();
            await Task.Delay(5, Stop);
        }

        world.Host.Book.Find(job)!.Phase.ShouldBe(JobPhase.Settled);
        world.Host.Book.Find(job)!.Participants.Values.ShouldAllBe(participant => participant.Lapses + participant.Stalls == 0,
            "nobody could be heard");
        world.Host.Trouble.ShouldBeNull();
        await ends.CancelAsync();
        await running;
    }

    /// <summary>
    /// With DATABRIGHT_THOROUGH=1 every exception is tried at every call, which takes a quarter of an hour; without, a part of the families
    /// at each, and all of them somewhere.
    /// </summary>
    private static bool IsThorough => Environment.GetEnvironmentVariable("DATABRIGHT_THOROUGH") == "1";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static Task<World> DisputedWorldAsync(SchedulerTerms? terms = null)
    {
        var world = new World(workers: 5,
            executors: new Dictionary<int, ITaskExecutor> { [1] = Liars.InTraining(3), [2] = Liars.InTraining(3) });
        if (terms is not null) world.Terms = terms;
        return Task.FromResult(world);
    }

    private static async Task<JobPlan> PlanAsync(World world) =>
        await TinyData.PlanAsync(world.Blobs) with { Partitions = 1, Rounds = 1, DataLimitBps = 10_000 };

    private static async Task<JobId[]> TwoJobsAsync(World world)
    {
        var plan = await PlanAsync(world);
        return [await world.OrderAsync(plan), await world.OrderAsync(plan with { Version = Keccak.Hash("other"u8) })];
    }

    private static bool Concerns(object?[] arguments, JobId job, JobPlan plan) => arguments.Any(argument => argument switch
    {
        JobId id => id == job,
        ShardReference shard => shard == plan.Shards[0],
        SignedMessage dossier => Disputes.Dossier.Parse(dossier.Body.Span).Job == job,
        _ => false,
    });

    private static async Task TurnAsync(World world)
    {
        world.Clock.Move(TimeSpan.FromSeconds(2));
        await world.TurnAsync();
    }

    private static async Task EndAsync(World world, JobId job, string when)
    {
        for (var turn = 0; turn < 200 && world.Host.Book.Find(job) is null or { IsOver: false }; turn++) await TurnAsync(world);
        var over = world.Host.Book.Find(job);
        over.ShouldNotBeNull(when);
        over.Phase.ShouldBe(JobPhase.Settled,
            $"{when}: {over.Problem} | {string.Join(" | ", world.Workers.SelectMany(worker => worker.News).TakeLast(4))}");
    }

    /// <summary>All that the scheduler calls, through seams that can fail.</summary>
    private sealed class Controls
    {
        private readonly FailingSeam<IJobLedger> _ledger;
        private readonly FailingSeam<IBlobStore> _blobs;
        private readonly FailingSeam<IShardSource> _shards;
        private readonly FailingSeam<IReferee> _referee;
        private readonly FailingSeam<ISchedulerStore> _store;

        public Controls(World world)
        {
            (world.View, _ledger) = FailingSeam<IJobLedger>.Around(new MemoryJobLedgerView(world.Ledger));
            (world.Files, _blobs) = FailingSeam<IBlobStore>.Around(world.Blobs);
            (world.Points, _shards) = FailingSeam<IShardSource>.Around(world.Shards);
            (world.Referee, _referee) = FailingSeam<IReferee>.Around(world.Referee);
            (world.Store, _store) = FailingSeam<ISchedulerStore>.Around(world.Store);
            world.RestartScheduler();
        }

        public void Fail(Func<Type, MethodInfo, object?[], Exception?> fault)
        {
            _ledger.Fault = (method, arguments) => fault(typeof(IJobLedger), method, arguments);
            _blobs.Fault = (method, arguments) => fault(typeof(IBlobStore), method, arguments);
            _shards.Fault = (method, arguments) => fault(typeof(IShardSource), method, arguments);
            _referee.Fault = (method, arguments) => fault(typeof(IReferee), method, arguments);
            _store.Fault = (method, arguments) => fault(typeof(ISchedulerStore), method, arguments);
        }

        public void Hold(Func<Type, MethodInfo, object?[], Task?> hang)
        {
            _ledger.Hang = (method, arguments) => hang(typeof(IJobLedger), method, arguments);
            _shards.Hang = (method, arguments) => hang(typeof(IShardSource), method, arguments);
            _referee.Hang = (method, arguments) => hang(typeof(IReferee), method, arguments);
        }
    }
}
