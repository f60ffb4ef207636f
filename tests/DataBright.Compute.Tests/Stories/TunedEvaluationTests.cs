using System.Text;
using DataBright.Compute.Evaluations;
using DataBright.Compute.Jobs;
using DataBright.Compute.Points;
using DataBright.Compute.Tasks;
using DataBright.Compute.Workers;
using DataBright.Compute.Worlds;
using DataBright.Learning.Checkpoints;
using DataBright.Learning.Layers;
using DataBright.Learning.Networks;
using DataBright.Learning.Shapes;
using DataBright.Learning.Training;
using DataBright.Learning.Valuation;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Jobs;
using DataBright.Market.Models;
using DataBright.Serving;
using DataBright.Storage;
using JobResult = DataBright.Market.Models.JobResult;

namespace DataBright.Compute.Stories;

/// <summary>Figure 3 of the paper on the real contracts: what points bring is what they add to the dataset's best checkpoint.</summary>
[Collection(nameof(ChainMarket))]
public sealed class TunedEvaluationTests(ChainMarket market)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Once_there_is_a_best_checkpoint_points_are_measured_by_going_on_from_it_and_no_other_way()
    {
        var (_, early) = await ProposeAsync(seed: 8);
        var fresh = await PlanAsync(early.Shard, start: null);
        await RequireAsync(fresh, early.Proposal);

        var best = await TrainBestAsync();
        var (buyer, late) = await ProposeAsync(seed: 9);
        (await RefusedAsync(await PlanAsync(late.Shard, start: null), late.Proposal)).ShouldContain("begin with fresh parameters");
        await RequireAsync(fresh, early.Proposal); // there was none when this one opened
        await RequireAsync(await PlanAsync(early.Shard, best), early.Proposal);
        var other = new Architecture("other", new ExampleShape(4, 1, 1), [new Dense("out", 2)]);
        (await RefusedAsync(await PlanAsync(late.Shard, best) with { Architecture = other }, late.Proposal))
            .ShouldContain("belongs to another network");

        var plan = await PlanAsync(late.Shard, best);
        var job = await ChainJob.RunAsync(market, () => OrderAsync(plan, late.Proposal.Id, buyer), _ => new HonestExecutor(), Stop);
        var attested = await new EvaluationAttestor(market.Referee.Signer.Key, market.Ledger, market.Blobs,
            new BlobShardSource(market.Blobs), TimeProvider.System).AttestAsync(job.Id, Stop);
        await market.Ledger.Proposals.PostEvaluationAsync(attested.Signed, buyer, Stop);

        // Done again by hand: from the best checkpoint, over the dataset's points and over those and the proposed.
        var start = await market.Blobs.ReadAsync(best.Cid, 1 << 20, Stop);
        var drawn = plan.MeasuredWith(job.State.Measurement!);
        drawn.Runs.Select(run => run.Seed).ShouldNotBe(plan.Runs.Select(run => run.Seed), "nobody chose them");
        var (without, with) = (Tuned(start, drawn, Offered(9).Count, TinyData.Shard(40, 1)),
            Tuned(start, drawn, 0, TinyData.Shard(40, 1), Offered(9)));
        (attested.Gain.Before, attested.Gain.After).ShouldBe((without, with));
        with.ShouldBeLessThan(without, "every label of the points is wrong");
        Tuned(Parameters(1).ToBytes(), drawn, Offered(9).Count, TinyData.Shard(40, 1))
            .ShouldNotBe(without, "where it starts makes a difference");
        var posted = (await market.Ledger.Proposals.EvaluationAsync(late.Proposal.Id, Stop)).ShouldNotBeNull();
        (posted.GainPpm, posted.LowerEnd, posted.Posted).ShouldBe((Ppm(with) - Ppm(without), Ppm(attested.Gain.Low), 1));
        posted.LowerEnd.ShouldBeLessThan((int)posted.GainPpm);
    }

    [Fact]
    public async Task A_worker_serves_no_parameters_but_those_that_the_ledger_names()
    {
        var (right, wrong) = (Parameters(1), Parameters(2));
        await market.Blobs.PutAsync(Encoding.UTF8.GetBytes(TinyData.Model.ToJson()), Stop);
        await market.Blobs.PutAsync(right.ToBytes(), Stop);
        var good = await RegisterAsync(right.Hash, Cid.Raw(Digest.Of(right.ToBytes())));
        var bad = await RegisterAsync(right.Hash, await market.Blobs.PutAsync(wrong.ToBytes(), Stop));

        using (var served = await ServedModel.LoadAsync(market.Ledger, market.Blobs, good, market.Buyer.Key, grant: null, Stop)) served.Id
            .ShouldBe(good);
        (await Should.ThrowAsync<ModelUnservableException>(
            () => ServedModel.LoadAsync(market.Ledger, market.Blobs, bad, market.Buyer.Key, grant: null, Stop)))
            .Message.ShouldContain($"holds the checkpoint {wrong.Hash}");
        (await Should.ThrowAsync<ModelUnservableException>(
            () => ServedModel.LoadAsync(market.Ledger, market.Blobs, good, market.Founder.Key, grant: null, Stop)))
            .Message.ShouldContain("may not serve");

        Task<ModelId> RegisterAsync(Digest checkpoint, Cid cid) => market.Ledger.Models.RegisterAsync(
            new ModelRegistration(checkpoint, TinyData.Model.Hash, cid, [], market.Dataset.Id, 1, new Money(1), null), market.Buyer, Stop);
    }

    /// <summary>Points whose labels are all flipped.</summary>
    private static Shard Offered(int seed)
    {
        var shard = TinyData.Shard(60, seed);
        return new Shard(shard.Schema, shard.Features.ToArray(), [.. shard.Labels.Select(label => 1 - label)]);
    }

    private static Checkpoint Parameters(ulong seed) => TrainingRun.FreshParameters(TinyData.Model, seed);

    /// <summary>The mean accuracy over the plan's seeds.</summary>
    private static double Tuned(byte[] start, JobPlan plan, int repeats, params Shard[] shards) =>
        plan.Runs.Select(run => run.Seed).Distinct().Average(seed =>
    {
        var training = TrainingPlan.OfSteps(plan.Architecture, plan.Optimiser, plan.BatchSize, plan.StepsPerRound, seed);
        var points = new Shard(TinyData.Schema, shards.SelectMany(shard => shard.Features.ToArray()).ToArray(),
            [.. shards.SelectMany(shard => shard.Labels)]);
        var examples = Points.Examples.From(points, plan.Architecture);
        using var run = new TrainingRun(training, Control.Fill(examples, examples, repeats, seed), Checkpoint.Parse(start));
        run.Finish(stop: Stop);
        using var model = new Predictor(plan.Architecture, run.Parameters());
        var heldOut = TinyData.Shard(50, 3);
        var scores = model.Predict(Points.Examples.Values(heldOut));
        return Enumerable.Range(0, heldOut.Count).Count(i => (scores[2 * i + 1] > scores[2 * i] ? 1 : 0) == heldOut.Labels[i])
            / (double)heldOut.Count;
    });

    private async Task<(Signer Buyer, (Market.Proposals.Proposal Proposal, ShardReference Shard) Offered)> ProposeAsync(int seed)
    {
        var shard = await TinyData.StoreAsync(market.Blobs, Offered(seed));
        var buyer = await market.PartyAsync();
        var id = await market.Ledger.Proposals.ProposeAsync(market.Dataset.Id, new OfferedShard(shard.Root, shard.Count, shard.Cid),
            buyer, Stop);
        return (buyer, ((await market.Ledger.Proposals.FindAsync(id, Stop))!, shard));
    }

    private async Task<JobPlan> PlanAsync(ShardReference proposed, CheckpointReference? start)
    {
        var training = await market.PlanAsync();
        return EvaluationPlan.For(
            market.Dataset.Id, market.Dataset.VersionRoot, training.Shards, proposed, training.HeldOut, ChainMarket.Terms,
            TinyData.Model, start);
    }

    private async Task<JobId> OrderAsync(JobPlan plan, ProposalId proposal, Signer buyer)
    {
        await market.Blobs.PutAsync(plan.ToJson(), Stop);
        var deadline = (await market.Client.BlockAsync(Ethereum.BlockTag.Latest, Stop))!.Timestamp + TimeSpan.FromDays(1);
        var order = new JobOrder(JobKind.Evaluation, market.Dataset.Id, proposal, plan.Digest, market.Scheduler.Signer.Address,
            market.Referee.Signer.Address, plan.Redundancy, Money.Dollars(300), deadline);
        return (await market.Ledger.Jobs.CreateAsync(order, buyer, Stop)).Id;
    }

    private async Task<CheckpointReference> TrainBestAsync()
    {
        var plan = await market.PlanAsync() with { Partitions = 1, SchedulerFee = Money.Zero };
        var job = await ChainJob.RunAsync(market, plan, _ => new HonestExecutor(), Stop);
        var part = await TaskInputsReader.ReadAsync(market.Blobs, plan,
            job.State.Tasks[new TaskKey(0, plan.Rounds - 1, 0)].Result!.Checkpoint!, Stop);
        var result = ClosingProgram.Average(plan, 0, [part]);
        var cid = await market.Blobs.PutAsync(result.ToBytes(), Stop);
        await market.Blobs.PutAsync(Encoding.UTF8.GetBytes(plan.Architecture.ToJson()), Stop);
        var outcome = (await new JobHistory(market.Ledger).FindSettledAsync(job.Id, Stop))!.Outcome;
        var model = await market.Ledger.Models.RegisterAsync(
            new ModelRegistration(result.Hash, plan.Architecture.Hash, cid, [], market.Dataset.Id, outcome.MetricPpm, new Money(1),
                new JobResult(job.Id, outcome)), market.Buyer, Stop);
        (await market.Ledger.Models.BestOfAsync(market.Dataset.Id, Stop)).ShouldBeNull("no job moves it by itself");
        var attested = await new BestAttestor(market.Referee.Signer.Key, market.Ledger, market.Blobs, new BlobShardSource(market.Blobs),
            TimeProvider.System).AttestAsync(model, Stop);
        await market.Ledger.Models.MoveBestAsync(attested.Signed, market.Buyer, Stop);
        (await market.Ledger.Models.BestOfAsync(market.Dataset.Id, Stop)).ShouldBe((model, outcome.MetricPpm));
        return new CheckpointReference(result.Hash, cid);
    }

    private Task RequireAsync(JobPlan plan, Market.Proposals.Proposal proposal) =>
        new FairComparison(market.Ledger, market.Blobs).RequireAsync(plan, proposal, Stop);

    private async Task<string> RefusedAsync(JobPlan plan, Market.Proposals.Proposal proposal) =>
        (await Should.ThrowAsync<AttestationRefusedException>(() => RequireAsync(plan, proposal))).Message;

    private static int Ppm(double accuracy) => (int)Math.Floor(accuracy * 1_000_000);
}
