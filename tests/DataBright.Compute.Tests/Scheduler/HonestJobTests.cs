using DataBright.Compute.Evaluations;
using DataBright.Compute.Jobs;
using DataBright.Compute.Points;
using DataBright.Compute.Scheduler.State;
using DataBright.Compute.Worlds;
using DataBright.Learning.Aggregation;
using DataBright.Learning.Examples;
using DataBright.Learning.Layers;
using DataBright.Learning.Networks;
using DataBright.Learning.Shapes;
using DataBright.Learning.Training;
using DataBright.Learning.Valuation;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Jobs;

namespace DataBright.Compute.Scheduler;

/// <summary>Jobs in which everybody does what they should.</summary>
public sealed class HonestJobTests
{
    [Fact]
    public async Task A_job_of_three_redundant_workers_is_delivered_and_every_unit_of_its_pay_is_accounted_for()
    {
        using var world = new World(workers: 6);
        var job = await world.OrderAsync(await TinyData.PlanAsync(world.Blobs));

        var over = await world.RunAsync(job);

        over.Phase.ShouldBe(JobPhase.Settled, over.Problem);
        var settlement = world.Ledger.SettlementOf(job)!;
        settlement.Receipts.Count.ShouldBe(3);
        settlement.Pay.Sum(share => (long)share.Amount.Units).ShouldBe((long)settlement.PayTotal.Units);
        (settlement.PayTotal + world.Ledger.OwedTo(world.BuyerKey.Address)).ShouldBe(Money.Dollars(90));
        settlement.Metric.ShouldBeGreaterThan(500_000u);
    }

    [Fact]
    public async Task A_job_of_one_partition_and_one_round_is_plain_training_bit_by_bit()
    {
        using var world = new World(workers: 3);
        var plan = await TinyData.PlanAsync(world.Blobs) with { Partitions = 1, Rounds = 1, EpochsPerRound = 3, DataLimitBps = 10_000 };
        var job = await world.OrderAsync(plan);

        var over = await world.RunAsync(job);

        over.Phase.ShouldBe(JobPhase.Settled, over.Problem);
        var examples = ExampleSet.Concat([Examples.From(TinyData.Shard(40, 1), plan.Architecture),
            Examples.From(TinyData.Shard(24, 2), plan.Architecture)]);
        using var plain = new TrainingRun(new TrainingPlan(plan.Architecture, plan.Optimiser, plan.BatchSize, 3, seed: 7), examples);
        while (!plain.IsComplete) plain.Next();
        world.Ledger.SettlementOf(job)!.ResultHash.ShouldBe(plain.Parameters().Hash.ToHash32());
        var accuracy = Evaluation.Measure(plan.Architecture, plain.Parameters(), Examples.From(TinyData.Shard(50, 3), plan.Architecture));
        world.Ledger.SettlementOf(job)!.Metric.ShouldBe((uint)(accuracy.Correct * 1_000_000L / accuracy.Total));
    }

    [Fact]
    public async Task A_job_with_moments_statistics_and_dropout_is_plain_training_bit_by_bit()
    {
        using var world = new World(workers: 3);
        var model = new Architecture("branched", new ExampleShape(4, 1, 1), [new Dense("in", 6), new BatchNorm("norm"),
            new Residual("branch", [new Dense("a", 6), new Gelu("g"), new Dropout("d", 0.2f)]), new Dense("out", 2)]);
        var optimiser = Optimiser.AdamW(0.01f)
            with { ClipNorm = 1f, Schedule = new Schedule(ScheduleKind.Cosine, WarmUp: 2, Factor: 0.1f) };
        var plan = await TinyData.PlanAsync(world.Blobs)
            with { Architecture = model, Optimiser = optimiser, Partitions = 1, Rounds = 1, EpochsPerRound = 3, DataLimitBps = 10_000 };
        JobPlan.Parse(plan.ToJson()).Optimiser.ShouldBe(optimiser);
        var job = await world.OrderAsync(plan);

        var over = await world.RunAsync(job);

        over.Phase.ShouldBe(JobPhase.Settled, over.Problem);
        var examples = ExampleSet.Concat([Examples.From(TinyData.Shard(40, 1), model), Examples.From(TinyData.Shard(24, 2), model)]);
        using var plain = new TrainingRun(new TrainingPlan(model, optimiser, plan.BatchSize, 3, seed: 7), examples);
        plain.Finish(stop: TestContext.Current.CancellationToken);
        world.Ledger.SettlementOf(job)!.ResultHash.ShouldBe(plain.Parameters().Hash.ToHash32());
    }

    [Fact]
    public async Task A_partition_smaller_than_a_batch_is_refused_before_anybody_is_paid()
    {
        using var world = new World(workers: 1);
        var plan = await TinyData.PlanAsync(world.Blobs) with { BatchSize = 33 };
        Should.Throw<BadPlanException>(() => JobPlan.Parse(plan.ToJson())).Message
            .ShouldContain("32 points in partition 0, fewer than a batch of 33");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_job_may_be_bought_without_redundancy_or_with_a_refereed_pair(int redundancy)
    {
        using var world = new World(workers: 4);
        var job = await world.OrderAsync(await TinyData.PlanAsync(world.Blobs) with { Redundancy = redundancy });

        var over = await world.RunAsync(job);

        over.Phase.ShouldBe(JobPhase.Settled, over.Problem);
        world.Ledger.SettlementOf(job)!.Receipts.Count.ShouldBe(redundancy);
    }

    [Fact]
    public async Task The_protection_bought_does_not_change_the_result()
    {
        var results = new List<string>();
        foreach (var redundancy in new[] { 1, 2, 3 })
        {
            using var world = new World(workers: 6);
            var job = await world.OrderAsync(await TinyData.PlanAsync(world.Blobs) with { Redundancy = redundancy });
            await world.RunAsync(job);
            results.Add(world.Ledger.SettlementOf(job)!.ResultHash.ToString());
        }

        results.Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task An_evaluation_runs_with_and_without_the_proposed_shard_for_several_seeds()
    {
        using var world = new World(workers: 6);
        var plan = await TinyData.PlanAsync(world.Blobs) with
        {
            Kind = JobKind.Evaluation,
            Partitions = 1,
            Rounds = 1,
            DataLimitBps = 10_000,
            Runs = [new RunPlan("without-1", 1, [0]), new RunPlan("with-1", 1, [0, 1]), new RunPlan("without-2", 2, [0]),
                new RunPlan("with-2", 2, [0, 1])],
        };
        var job = await world.OrderAsync(plan);

        var over = await world.RunAsync(job);

        over.Phase.ShouldBe(JobPhase.Settled, over.Problem);
        var outcome = over.Tasks[TaskKey.Closing].Result!.Outcome!;
        outcome.Runs.Select(run => run.Run).ShouldBe(["without-1", "with-1", "without-2", "with-2"]);
        outcome.Runs.Select(run => run.Checkpoint).Distinct().Count().ShouldBe(4);
        world.Ledger.SettlementOf(job)!.ResultHash.ShouldBe(outcome.ResultHash(JobKind.Evaluation));
    }

    /// <summary>
    /// Copies of the dataset, of the held-out set and of the offer itself: what is measured is what is measured without them.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task An_evaluation_leaves_copies_out_and_says_how_many(int partitions)
    {
        var fresh = TinyData.Shard(24, 2);
        var padded = Join(TinyData.Shard(40, 1).Select([1, 2, 3]), fresh, TinyData.Shard(50, 3).Select([4]), fresh.Select([5, 5]));
        var (bare, with) = (await MeasureAsync(fresh, partitions), await MeasureAsync(padded, partitions));

        with.Copies.ShouldBe(6);
        with.Outcome.Measurement!.Copies.ShouldBe(6, "the workers signed it");
        bare.Outcome.Measurement!.Copies.ShouldBe(0);
        with.Outcome.Runs.Select(run => run.Checkpoint).ShouldBe(bare.Outcome.Runs.Select(run => run.Checkpoint));
    }

    /// <summary>
    /// Where they came from the partition's own alone, copies would teach a partition what others have, and seem to be worth that.
    /// </summary>
    [Fact]
    public async Task What_stands_in_for_an_offer_comes_from_all_partitions()
    {
        using var world = new World(workers: 12);
        var job = await world.OrderAsync(await TinyData.MeasurementAsync(world.Blobs, TinyData.Shard(24, 2), partitions: 3));
        var over = await world.RunAsync(job);
        over.Phase.ShouldBe(JobPhase.Settled, over.Problem);

        var (plan, listed) = (over.Computed, TinyData.Shard(40, 1));
        var ends = Enumerable.Range(0, 3).Select(partition =>
        {
            var task = new TaskKey(0, 0, partition);
            var seed = TaskSteps.Seed(plan, task);
            int[] repeated = Control.Draw(40, 8, seed);
            repeated.Except(plan.PlacesOf(0, partition)).ShouldNotBeEmpty();
            var points = Examples.From(listed.Select([.. plan.PlacesOf(0, partition), .. repeated]), plan.Architecture);
            var training = TrainingPlan.OfSteps(plan.Architecture, plan.Optimiser, plan.BatchSize, plan.StepsPerRound, seed);
            using var run = new TrainingRun(training, points, TrainingRun.FreshParameters(plan.Architecture, plan.Runs[0].Seed));
            run.Finish(stop: TestContext.Current.CancellationToken);
            return (run.Parameters(), (long)points.Count);
        }).ToList();

        plan.Runs[0].Repeats.ShouldBe(24);
        over.Tasks[TaskKey.Closing].Result!.Outcome!.Runs[0].Checkpoint.ShouldBe(FedAvg.Of([.. ends]).Hash);
    }

    [Fact]
    public async Task What_stands_in_for_an_offer_comes_from_all_shards()
    {
        using var world = new World(workers: 12);
        var plan = await TinyData.PlanAsync(world.Blobs);
        var terms = MeasurementTerms.Usual with { Architecture = TinyData.Model, BatchSize = 4, Steps = 10, Partitions = 3 };
        var offer = await TinyData.StoreAsync(world.Blobs, TinyData.Shard(30, 8));
        var over =
            await world.RunAsync(await world.OrderAsync(EvaluationPlan.For(plan.Dataset, plan.Version, plan.Shards, offer, plan.HeldOut,
                terms, TinyData.Model)));

        over.Phase.ShouldBe(JobPhase.Settled, over.Problem);
        Enumerable.Range(0, 3).SelectMany(partition => over.Computed.RepeatedIn(new TaskKey(0, 0, partition))).Select(point => point.Shard)
            .Distinct().Order().ShouldBe([0, 1]);
    }

    [Fact]
    public async Task An_offer_of_copies_alone_is_not_measured()
    {
        using var world = new World(workers: 6);
        var job = await world.OrderAsync(await TinyData.MeasurementAsync(world.Blobs, TinyData.Shard(50, 3), 1));
        for (var turn = 0; turn < 3; turn++) await world.TurnAsync();

        world.Host.Book.Find(job)!.Phase.ShouldBe(JobPhase.Failed);
        world.Host.Book.Find(job)!.Problem.ShouldNotBeNull().ShouldContain("All 50 points of the offer are copies");
        world.Ledger.History.ShouldBeEmpty();
    }

    private static async Task<(int Copies, RunOutcomes Outcome)> MeasureAsync(Shard offer, int partitions)
    {
        using var world = new World(workers: 12);
        var over = await world.RunAsync(await world.OrderAsync(await TinyData.MeasurementAsync(world.Blobs, offer, partitions)));
        over.Phase.ShouldBe(JobPhase.Settled, over.Problem);
        return (over.Copies, over.Tasks[TaskKey.Closing].Result!.Outcome!);
    }

    private static Shard Join(params Shard[] parts) =>
        new(TinyData.Schema, parts.SelectMany(part => part.Features.ToArray()).ToArray(), [.. parts.SelectMany(part => part.Labels)]);

    [Fact]
    public async Task Everything_sent_twice_counts_once()
    {
        using var world = new World(workers: 6);
        using var stuttering = new World(workers: 6, stutter: true);
        var job = await world.OrderAsync(await TinyData.PlanAsync(world.Blobs));
        await stuttering.OrderAsync(await TinyData.PlanAsync(stuttering.Blobs));

        await world.RunAsync(job);
        await stuttering.RunAsync(job);

        stuttering.Ledger.SettlementOf(job)!.ResultHash.ShouldBe(world.Ledger.SettlementOf(job)!.ResultHash);
        stuttering.Ledger.SettlementOf(job)!.Pay.ShouldBe(world.Ledger.SettlementOf(job)!.Pay);
        stuttering.Ledger.History.Count.ShouldBe(world.Ledger.History.Count);
    }

    [Fact]
    public async Task A_shard_that_is_not_the_one_the_ledger_knows_stops_the_job_before_anyone_computes()
    {
        using var world = new World(workers: 6);
        var plan = await TinyData.PlanAsync(world.Blobs);
        var swapped = await TinyData.StoreAsync(world.Blobs, TinyData.Shard(24, 99));
        var job = await world.OrderAsync(plan with { Shards = [plan.Shards[0], plan.Shards[1] with { Cid = swapped.Cid }] });

        for (var turn = 0; turn < 3; turn++) await world.TurnAsync();

        var waiting = world.Host.Book.Find(job)!;
        waiting.Phase.ShouldBe(JobPhase.Offered);
        waiting.Problem.ShouldNotBeNull().ShouldContain(plan.Shards[1].Root.ToString());
        world.Ledger.History.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_job_without_enough_workers_says_how_many_it_needs_and_starts_when_they_are_there()
    {
        using var world = new World(workers: 6);
        foreach (var late in world.Workers.Skip(4)) late.IsOff = true;
        var job = await world.OrderAsync(await TinyData.PlanAsync(world.Blobs));
        for (var turn = 0; turn < 3; turn++) await world.TurnAsync();

        world.Host.Book.Find(job)!.Problem.ShouldBe("The job needs 6 workers of different operators who accept its fee; 4 are there.");
        foreach (var late in world.Workers) late.IsOff = false;
        (await world.RunAsync(job)).Phase.ShouldBe(JobPhase.Settled);
    }

    [Fact]
    public async Task Training_that_diverges_ends_the_job_with_the_same_finding_by_all()
    {
        using var world = new World(workers: 6);
        var job = await world.OrderAsync(await TinyData.PlanAsync(world.Blobs)
            with { Optimiser = new Optimiser(1000f, 0f, 1f), EpochsPerRound = 10 });

        var over = await world.RunAsync(job);

        over.Phase.ShouldBe(JobPhase.Failed);
        over.Problem.ShouldNotBeNull().ShouldContain("diverged");
        world.Ledger.Find(job)!.Convicted.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_finished_job_leaves_nothing_on_a_workers_disk()
    {
        using var world = new World(workers: 6);
        var job = await world.OrderAsync(await TinyData.PlanAsync(world.Blobs));
        await world.RunAsync(job);

        await world.TurnAsync();

        world.Workers.SelectMany(worker => Directory.Exists(worker.Folder)
            ? Directory.EnumerateFiles(worker.Folder, "*", SearchOption.AllDirectories) : []).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_commitments_of_every_round_can_be_anchored_before_anyone_reveals()
    {
        using var world = new World(workers: 6);
        var job = await world.OrderAsync(await TinyData.PlanAsync(world.Blobs) with { AnchorRounds = true });

        await world.RunAsync(job);

        world.Ledger.History.Count(entry => entry.StartsWith("anchor", StringComparison.Ordinal)).ShouldBeGreaterThanOrEqualTo(3);
    }
}
