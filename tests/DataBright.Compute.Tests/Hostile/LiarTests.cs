using DataBright.Compute.Disputes;
using DataBright.Compute.Jobs;
using DataBright.Compute.Points;
using DataBright.Compute.Protocol;
using DataBright.Compute.Referees;
using DataBright.Compute.Scheduler.State;
using DataBright.Compute.Workers;
using DataBright.Compute.Worlds;
using DataBright.Demo;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Storage;

namespace DataBright.Compute.Hostile;

/// <summary>Workers that compute something else than they were told to.</summary>
public sealed class LiarTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_liar_is_convicted_and_slashed_and_the_result_is_that_of_honest_workers(int step)
    {
        using var honest = new World(workers: 6);
        using var world = new World(workers: 6, executors: new Dictionary<int, ITaskExecutor> { [2] = Liars.InTraining(step) });
        var job = await honest.OrderAsync(await OpenPlanAsync(honest));
        await world.OrderAsync(await OpenPlanAsync(world));

        await honest.RunAsync(job);
        var over = await world.RunAsync(job);

        over.Phase.ShouldBe(JobPhase.Settled, over.Problem);
        var liar = world.Workers[2].Address;
        world.Ledger.Find(job)!.Convicted.ShouldBe([liar]);
        world.Ledger.StakeOf(liar).ShouldBe(Money.Dollars(50));
        world.Ledger.OwedTo(liar).ShouldBe(Money.Zero);
        world.Ledger.OwedTo(world.SchedulerKey.Address).ShouldBe(Money.Dollars(25));
        world.Ledger.SettlementOf(job)!.ResultHash.ShouldBe(honest.Ledger.SettlementOf(job)!.ResultHash);
    }

    [Fact]
    public async Task A_lie_in_the_seal_is_convicted_too()
    {
        // Whoever sits at the closing task is drawn, so every worker is ready to lie there; one after the other gets its turn.
        using var honest = new World(workers: 4);
        var plan = await TinyData.PlanAsync(honest.Blobs) with { Partitions = 1, DataLimitBps = 10_000 };
        var job = await honest.OrderAsync(plan);
        var seats = (await honest.RunAsync(job)).Seats;
        var sealer = honest.Workers.FindIndex(worker => worker.Address == seats[new SeatKey(-1, -1, 1)]);

        using var world = new World(workers: 4, executors: new Dictionary<int, ITaskExecutor> { [sealer] = Liars.InTheSeal() });
        await TinyData.PlanAsync(world.Blobs);
        await world.OrderAsync(plan);
        var over = await world.RunAsync(job);

        over.Phase.ShouldBe(JobPhase.Settled, over.Problem);
        world.Ledger.Find(job)!.Convicted.ShouldBe([world.Workers[sealer].Address]);
        world.Ledger.SettlementOf(job)!.ResultHash.ShouldBe(honest.Ledger.SettlementOf(job)!.ResultHash);
        world.Ledger.SettlementOf(job)!.Metric.ShouldBe(honest.Ledger.SettlementOf(job)!.Metric);
    }

    [Fact]
    public async Task Two_colluders_against_one_honest_worker_are_both_convicted()
    {
        // Three workers in one partition, two of which tell exactly the same lie; a fourth and a fifth take over.
        using var honest = new World(workers: 5);
        var plan = await TinyData.PlanAsync(honest.Blobs) with { Partitions = 1, DataLimitBps = 10_000 };
        var job = await honest.OrderAsync(plan);
        var seats = (await honest.RunAsync(job)).Seats;
        var colluders = new[] { 0, 1 }
            .Select(copy => honest.Workers.FindIndex(worker => worker.Address == seats[new SeatKey(0, 0, copy)])).ToList();

        using var world = new World(workers: 5, executors: colluders.ToDictionary(index => index, _ => Liars.InTraining(5)));
        await TinyData.PlanAsync(world.Blobs);
        await world.OrderAsync(plan);
        var over = await world.RunAsync(job);

        over.Phase.ShouldBe(JobPhase.Settled, over.Problem);
        world.Ledger.Find(job)!.Convicted.ShouldBe(colluders.Select(index => world.Workers[index].Address), ignoreOrder: true);
        over.Participants.Values
            .Count(participant => participant.Verdict?.Evidence == over.Participants[world.Workers[colluders[0]].Address].Verdict!.Evidence)
            .ShouldBe(2, "one dispute convicts both, because their traces are the same");
        world.Ledger.SettlementOf(job)!.ResultHash.ShouldBe(honest.Ledger.SettlementOf(job)!.ResultHash);
    }

    [Fact]
    public async Task Three_workers_with_three_different_results_are_sorted_out()
    {
        using var honest = new World(workers: 5);
        var plan = await TinyData.PlanAsync(honest.Blobs) with { Partitions = 1, DataLimitBps = 10_000 };
        var job = await honest.OrderAsync(plan);
        var seats = (await honest.RunAsync(job)).Seats;
        var liars =
            new[] { 0, 1, 2 }.Select(copy => honest.Workers.FindIndex(worker => worker.Address == seats[new SeatKey(0, 0, copy)])).ToList();

        using var world = new World(workers: 9,
            executors: liars.Select((index, i) => (index, i)).ToDictionary(pair => pair.index, pair => Liars.InTraining(2 + 3 * pair.i)));
        foreach (var late in world.Workers.Skip(5)) late.IsOff = true;
        await TinyData.PlanAsync(world.Blobs);
        await world.OrderAsync(plan);
        for (var turn = 0; turn < 4; turn++) await world.TurnAsync();
        foreach (var late in world.Workers) late.IsOff = false;
        var over = await world.RunAsync(job);

        over.Phase.ShouldBe(JobPhase.Settled, over.Problem);
        world.Ledger.Find(job)!.Convicted.Count.ShouldBe(3);
        world.Ledger.SettlementOf(job)!.ResultHash.ShouldBe(honest.Ledger.SettlementOf(job)!.ResultHash);
    }

    [Fact]
    public async Task A_lie_in_one_step_of_thousands_is_found_with_two_hashes_a_level_and_one_step_executed_again()
    {
        using var world = new World(workers: 3, executors: new Dictionary<int, ITaskExecutor> { [0] = Liars.InTraining(2_999) });
        world.Workers[2].IsOff = true;
        var plan = await TinyData.PlanAsync(world.Blobs)
            with { Partitions = 1, Rounds = 1, EpochsPerRound = 500, DataLimitBps = 10_000, Redundancy = 2 };
        var job = await world.OrderAsync(plan);
        await world.UntilAsync(() => world.Host.Book.Find(job)?.Beacon is not null);
        world.Workers[2].IsOff = false;
        var over = await world.RunAsync(job);

        over.Phase.ShouldBe(JobPhase.Settled, over.Problem);
        over.Tasks[new TaskKey(0, 0, 0)].Steps.ShouldBe(4_000);
        world.Ledger.Find(job)!.Convicted.ShouldBe([world.Workers[0].Address]);
        var events = world.Store.Events(job, 0, 1000);
        events.Count(news => news.Kind == JobEventKind.Narrowed).ShouldBeLessThanOrEqualTo(12);
        events.Single(news => news.Kind == JobEventKind.Judged).Detail.ShouldBe("step 2999 of 4000 was executed again");
    }

    [Fact]
    public async Task Evidence_can_be_checked_again_by_anyone_and_nothing_in_it_can_be_changed()
    {
        using var world = new World(workers: 6, executors: new Dictionary<int, ITaskExecutor> { [2] = Liars.InTraining(3) });
        var job = await world.OrderAsync(await OpenPlanAsync(world));
        var over = await world.RunAsync(job);
        var liar = world.Workers[2].Address;
        var hash = over.Participants[liar].Verdict!.Evidence;
        var bytes = await world.Blobs.ReadAsync(Cid.Raw(hash.ToDigest()), Dossier.MaxBytes, CancellationToken.None);
        var dossier = Dossier.Parse(bytes);
        var check = new EvidenceCheck(world.Blobs, world.Shards);

        (await check.ExamineAsync(dossier, CancellationToken.None)).Guilty.ShouldBe([liar]);

        var accused = dossier.Claims.Single(claim => claim.Worker == liar);
        var innocent = dossier.Claims.First(claim => claim.Worker != liar);
        Dossier[] forgeries =
        [
            dossier with { Step = dossier.Step + 1 },
            dossier with { Step = 0 },
            dossier with { Job = new JobId(99) },
            dossier with { Task = TaskKey.Closing },
            dossier with { Task = new TaskKey(9, 0, 0) },
            dossier with { Before = default },
            dossier with { State = dossier.Inputs.Start?.Cid ?? Cid.Raw(dossier.Plan) },
            dossier with { Plan = default },
            dossier with { Domain = dossier.Domain with { ChainId = 1 } },
            dossier with { Format = "databright.dossier/2" },
            dossier with { Claims = [] },
            dossier with { Claims = [accused with { Worker = innocent.Worker }] },
            dossier with { Claims = [innocent with { After = accused.After }] },
            dossier with { Claims = [accused with { Before = innocent.After }] },
            dossier with { Claims = [accused with { After = accused.After with { State = default } }] },
            dossier with { Inputs = new TaskInputs(new CheckpointReference(default, Cid.Raw(dossier.Plan)), []) },
            dossier with { Inputs = new TaskInputs(over.Tasks[new TaskKey(0, 0, 0)].Result!.Checkpoint, []) },
            dossier with { Inputs = dossier.Inputs with { Measurement = new MeasurementInputs(default, 0) } },
            await NextStepFromTheTruthAsync(),
        ];
        foreach (var forgery in forgeries)
            (await Should.ThrowAsync<EvidenceException>(() => check.ExamineAsync(forgery, CancellationToken.None), forgery.ToString()))
                .Message.Split("The evidence does not hold").Length.ShouldBe(2, "what is wrong is said once");

        // Where the ledger must be asked to open a shard and does not answer, nothing is known of the evidence.
        await Should.ThrowAsync<ChainException>(
            () => new EvidenceCheck(world.Blobs, new NoChain()).ExamineAsync(dossier, CancellationToken.None));

        // The true state after the lie, and the liar's state one step later: of course they do not fit, but that step was no lie.
        async Task<Dossier> NextStepFromTheTruthAsync()
        {
            var plan = world.Host.Book.Find(job)!.Plan;
            var program = await Tasks.TaskInputsReader.ProgramAsync(plan, dossier.Task, dossier.Inputs, world.Blobs, world.Shards, 1,
                CancellationToken.None);
            using var run = program.Start();
            while (run.StepsDone < dossier.Step) run.Advance();
            return dossier with
            {
                Step = dossier.Step + 1,
                Before = run.StateHash(),
                State = await world.Blobs.PutAsync(run.Capture(), CancellationToken.None),
                Claims = [accused with { Before = accused.After, After = accused.Reveal.Read<Reveal>().Last }],
            };
        }
    }

    [Fact]
    public async Task A_liar_loses_the_pay_of_its_honest_work_too()
    {
        using var world = new World(workers: 6,
            executors: new Dictionary<int, ITaskExecutor> { [2] = new LyingExecutor((task,
                _) => task is { IsClosing: false, Round: 1 } ? 3 : null) });
        var job = await world.OrderAsync(await OpenPlanAsync(world));

        var over = await world.RunAsync(job);

        var liar = world.Workers[2].Address;
        over.Tasks.Values.Where(task => task.Key.Round == 0).SelectMany(task => task.Copies)
            .ShouldContain(copy => copy.Worker == liar, "it was honest in the first round");
        world.Ledger.Find(job)!.Convicted.ShouldBe([liar]);
        over.Settlement!.Pay.ShouldNotContain(share => share.Worker == liar);
    }

    [Fact]
    public async Task A_referee_judges_only_what_the_ledger_says_was_bought_from_it()
    {
        using var world = new World(workers: 6, executors: new Dictionary<int, ITaskExecutor> { [2] = Liars.InTraining(3) });
        var job = await world.OrderAsync(await OpenPlanAsync(world));
        var over = await world.RunAsync(job);
        var dossier =
            Dossier.Parse(await world.Blobs.ReadAsync(Cid.Raw(over.Participants[world.Workers[2].Address].Verdict!.Evidence.ToDigest()),
                Dossier.MaxBytes, CancellationToken.None));

        using var otherKey = World.Key(77);
        var other = new Referees.Referee(otherKey, new MemoryJobLedgerView(world.Ledger), world.Blobs, world.Shards);
        await Should.ThrowAsync<EvidenceException>(
            () => other.JudgeAsync(Signed(dossier.ToJson(), world.SchedulerKey), CancellationToken.None));
        await Should.ThrowAsync<EvidenceException>(
            () => world.Referee.JudgeAsync(Signed(dossier.ToJson(), otherKey), CancellationToken.None));
        await Should.ThrowAsync<EvidenceException>(() =>
            world.Referee.JudgeAsync(Signed((dossier with { Job = new JobId(5) }).ToJson(), world.SchedulerKey), CancellationToken.None));
        await Should.ThrowAsync<EvidenceException>(
            () => world.Referee.JudgeAsync(Signed("{}"u8.ToArray(), world.SchedulerKey), CancellationToken.None));
        (await world.Referee.JudgeAsync(Signed(dossier.ToJson(), world.SchedulerKey), CancellationToken.None)).Verdicts.Count.ShouldBe(1);

        SignedMessage Signed(byte[] body, EthereumKey key) => SignedMessage.Sign(MessageKind.Dossier, body, world.Ledger.Domain, key);
    }

    /// <summary>A scheduler that gives a worker another beacon, or other points, gets nobody convicted by it.</summary>
    [Fact]
    public async Task A_liar_in_a_measurement_is_convicted_by_what_the_ledger_says_alone()
    {
        using var world = new World(workers: 6, executors: new Dictionary<int, ITaskExecutor> { [2] = Liars.InTraining(3) });
        var fresh = TinyData.Shard(24, 2);
        var job = await world.OrderAsync(await TinyData.MeasurementAsync(world.Blobs, fresh.Select([.. Enumerable.Range(0, 24), 5]), 1));
        var over = await world.RunAsync(job);
        var liar = world.Workers[2].Address;
        world.Ledger.Find(job)!.Convicted.ShouldBe([liar]);
        over.Copies.ShouldBe(1);

        var dossier = Dossier.Parse(await world.Blobs.ReadAsync(Cid.Raw(over.Participants[liar].Verdict!.Evidence.ToDigest()),
            Dossier.MaxBytes, CancellationToken.None));
        var given = dossier.Inputs.Measurement.ShouldNotBeNull();
        (await JudgeAsync(given)).Verdicts.Select(verdict => verdict.Worker).ShouldBe([liar]);
        (await Should.ThrowAsync<EvidenceException>(() => JudgeAsync(given with { Beacon = default }))).Message
            .ShouldContain("beacon on the ledger");
        (await Should.ThrowAsync<EvidenceException>(() => JudgeAsync(null))).Message.ShouldContain("beacon on the ledger");
        (await Should.ThrowAsync<EvidenceException>(() => JudgeAsync(given with { Copies = 0 }))).Message
            .ShouldContain("was given another beacon, or other points");

        Task<Ruling> JudgeAsync(MeasurementInputs? measurement)
        {
            var body = (dossier with { Inputs = dossier.Inputs with { Measurement = measurement } }).ToJson();
            return world.Referee.JudgeAsync(SignedMessage.Sign(MessageKind.Dossier, body, world.Ledger.Domain, world.SchedulerKey),
                CancellationToken.None);
        }
    }

    [Fact]
    public async Task A_worker_that_falls_silent_in_a_dispute_earns_nothing_for_it_and_is_not_convicted()
    {
        using var world = new World(workers: 6, executors: new Dictionary<int, ITaskExecutor> { [2] = Liars.InTraining(3) });
        var job = await world.OrderAsync(await OpenPlanAsync(world));
        await world.UntilAsync(() => world.Host.Book.Find(job)?.Tasks.Values.Any(task => task.Dispute is not null) == true);
        world.Workers[2].IsOff = true;

        var over = await world.RunAsync(job, step: TimeSpan.FromSeconds(25));

        over.Phase.ShouldBe(JobPhase.Settled, over.Problem);
        world.Ledger.Find(job)!.Convicted.ShouldBeEmpty();
        over.Participants[world.Workers[2].Address].Standing.ShouldBe(LeaseStanding.Silent);
        world.Ledger.OwedTo(world.Workers[2].Address).ShouldBe(Money.Zero);
    }

    [Fact]
    public async Task When_the_data_limit_leaves_nobody_for_a_free_seat_the_job_says_so_and_waits_for_another_worker()
    {
        using var world = new World(workers: 7, executors: new Dictionary<int, ITaskExecutor> { [2] = Liars.InTraining(3) });
        world.Workers[6].IsOff = true;
        var job = await world.OrderAsync(await TinyData.PlanAsync(world.Blobs) with { DataLimitBps = 5000 });
        for (var turn = 0; turn < 20; turn++) await world.TurnAsync();

        var waiting = world.Host.Book.Find(job)!;
        waiting.Phase.ShouldBe(JobPhase.Running);
        waiting.Problem.ShouldNotBeNull().ShouldContain("needs one more worker");
        world.Workers[6].IsOff = false;
        var over = await world.RunAsync(job);

        over.Phase.ShouldBe(JobPhase.Settled, over.Problem);
        over.Problem.ShouldBeNull();
    }

    [Fact]
    public async Task Without_redundancy_a_lie_in_a_step_that_is_checked_is_convicted_and_honest_work_passes_every_check()
    {
        using var honest = new World(workers: 2);
        using var world = new World(workers: 3,
            executors: new Dictionary<int, ITaskExecutor> { [0] = Liars.InTraining(5), [1] = Liars.InTraining(5) });
        // Every step is checked, so that it is certain which one is found; and the only honest worker comes last.
        var plan = await TinyData.PlanAsync(world.Blobs)
            with { Redundancy = 1, Partitions = 1, Rounds = 1, DataLimitBps = 10_000, SpotChecks = 8 };
        await TinyData.PlanAsync(honest.Blobs);
        var job = await world.OrderAsync(plan);
        await honest.OrderAsync(plan);
        world.Workers[2].IsOff = true;
        await world.UntilAsync(() => world.Host.Book.Find(job)
            ?.Participants.Values.Any(participant => participant.Standing == LeaseStanding.Convicted) == true);
        world.Workers[2].IsOff = false;

        var over = await world.RunAsync(job, step: TimeSpan.FromSeconds(20));
        await honest.RunAsync(job);

        over.Phase.ShouldBe(JobPhase.Settled, over.Problem);
        world.Ledger.Find(job)!.Convicted.ShouldNotBeEmpty();
        world.Ledger.Find(job)!.Convicted.ShouldNotContain(world.Workers[2].Address);
        honest.Ledger.Find(job)!.Convicted.ShouldBeEmpty();
        honest.Store.Events(job, 0, 1000).Count(news => news.Kind == JobEventKind.Judged).ShouldBe(8 + over.Tasks[TaskKey.Closing].Steps);
        world.Ledger.SettlementOf(job)!.ResultHash.ShouldBe(honest.Ledger.SettlementOf(job)!.ResultHash);
    }

    [Fact]
    public async Task A_liar_is_convicted_even_if_its_job_fails_before_the_ledger_hears_of_it()
    {
        using var world = new World(workers: 6, executors: new Dictionary<int, ITaskExecutor> { [2] = Liars.InTraining(3) });
        var job = await world.OrderAsync(await OpenPlanAsync(world));
        for (var turn = 0; turn < 100 && world.Host.Book.Find(job)?.Judging.Any() != true; turn++)
        {
            foreach (var worker in world.Workers) await worker.TurnAsync();
            if (world.Host.Book.Find(job)?.Judging.Any() != true) await world.Host.AdvanceAsync((_, _) => { }, CancellationToken.None);
        }

        // The referee's answer and the deadline come together.
        world.Referee = new AfterJudging(world.Referee, () => world.Clock.Move(TimeSpan.FromDays(2)));
        world.Ledger.Interrupted = true;
        await world.Host.AdvanceAsync((_, _) => { }, CancellationToken.None);
        world.Ledger.Interrupted = false;
        for (var turn = 0; turn < 3; turn++)
        {
            world.Clock.Move(TimeSpan.FromSeconds(5));
            await world.Host.AdvanceAsync((_, _) => { }, CancellationToken.None);
        }

        world.Host.Book.Find(job)!.Phase.ShouldBe(JobPhase.Failed);
        world.Ledger.Find(job)!.Convicted.ShouldBe([world.Workers[2].Address]);
    }

    private sealed class AfterJudging(Referees.IReferee referee, Action then) : Referees.IReferee
    {
        public Task<Address> AddressAsync(CancellationToken stop) => referee.AddressAsync(stop);

        public async Task<Referees.Ruling> JudgeAsync(SignedMessage dossier, CancellationToken stop)
        {
            var ruling = await referee.JudgeAsync(dossier, stop);
            then();
            return ruling;
        }
    }

    /// <summary>Two partitions, and anyone may take over either.</summary>
    private static async Task<JobPlan> OpenPlanAsync(World world) => await TinyData.PlanAsync(world.Blobs) with { DataLimitBps = 10_000 };

    private sealed class NoChain : IShardSource
    {
        public Task<Shard> ReadAsync(DatasetId dataset, ShardReference shard, CancellationToken stop) =>
            throw new ChainException(ChainFault.Unreachable, new Uri("http://127.0.0.1:9"), "does not answer", "Try again.");

        public Task<Shard> ReadHeldOutAsync(DatasetId dataset, ShardReference heldOut, CancellationToken stop) =>
            throw new ChainException(ChainFault.Unreachable, new Uri("http://127.0.0.1:9"), "does not answer", "Try again.");
    }
}
