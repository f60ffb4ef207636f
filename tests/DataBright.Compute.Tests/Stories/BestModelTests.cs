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
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Jobs;
using DataBright.Market.Models;
using DataBright.Market.Proposals;
using DataBright.Storage;
using JobResult = DataBright.Market.Models.JobResult;

namespace DataBright.Compute.Stories;

/// <summary>
/// What proposals are measured from is a model whose training a referee has looked at, and shareholders have the last word.
/// </summary>
[Collection(nameof(ChainMarket))]
public sealed class BestModelTests(ChainMarket market)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_training_as_the_dataset_says_makes_a_model_the_best_and_a_vote_takes_it_away()
    {
        var (dataset, plan) = await DatasetAsync(TinyData.Shard(40, 71));
        var claimed = await market.Ledger.Models.RegisterAsync(
            new ModelRegistration(Digest.Of("elsewhere"u8), TinyData.Model.Hash, await market.Blobs.PutAsync("x"u8.ToArray(), Stop), [],
                dataset, 999_999, new Money(1), null), market.Buyer, Stop);
        (await RefusedAsync(claimed)).ShouldContain("trained elsewhere");
        (await RefusedAsync(new ModelId(9_999))).ShouldContain("no model 9999");
        (await RefusedAsync(await TrainAsync(plan with { Redundancy = 1 }))).ShouldContain("done by 1 workers");
        (await RefusedAsync(await TrainAsync(plan with { Redundancy = 2 }))).ShouldContain("done by 2 workers with 0 checked steps");
        (await RefusedAsync(await TrainAsync(From(plan, await StartAsync(seed: 5))))).ShouldContain("which was never the best one");

        var model = await TrainAsync(plan);
        var attested = await AttestAsync(model);
        attested.Uncounted.ShouldBe(0);
        await market.Ledger.Models.MoveBestAsync(attested.Signed, market.Buyer, Stop);
        (await market.Ledger.Models.BestOfAsync(dataset, Stop)).ShouldBe((model, attested.Signed.Statement.MetricPpm));
        var start = await StartOfAsync(model);
        (await AttestAsync(await TrainAsync(From(plan, start) with { Redundancy = 2, SpotChecks = 1 }))).Uncounted.ShouldBe(0,
            "from the best, and checked");

        // A proposal that was open all the time: what a vote took away is nothing to go on from, and no reason not to begin afresh.
        var offer = await TinyData.StoreAsync(market.Blobs, TinyData.Shard(30, 73));
        var offered = await market.Ledger.Proposals.ProposeAsync(dataset, new OfferedShard(offer.Root, offer.Count, offer.Cid),
            market.Buyer, Stop);
        var (afresh, tuned) = (Measuring(plan, offer, null), Measuring(plan, offer, start));
        (await UnfairAsync(afresh, offered)).ShouldContain($"that of model {model}");
        await new FairComparison(market.Ledger, market.Blobs).RequireAsync(tuned,
            (await market.Ledger.Proposals.FindAsync(offered, Stop))!, Stop);

        var founder = market.Founder;
        var proposal = await market.Ledger.Proposals.ProposeReplacementAsync(dataset, new Replacement(model, null, 0),
            "It knows the answers.", founder, Stop);
        (await market.Ledger.Proposals.FindAsync(proposal, Stop))!.Replacement.ShouldBe(new Replacement(model, null, 0));
        await market.Ledger.Proposals.VoteAsync(proposal, Choice.Yes, null, founder, Stop);
        (await market.Ledger.Proposals.FinaliseAsync(proposal, founder, Stop)).State.ShouldBe(ProposalState.Accepted);
        await market.Ledger.Models.ReplaceBestAsync(proposal, founder, Stop);
        (await market.Ledger.Models.BestOfAsync(dataset, Stop)).ShouldBeNull();
        (await market.Ledger.Models.ReplacedByAsync(dataset, Stop)).ShouldBe(proposal);
        (await RefusedAsync(model)).ShouldContain("a vote has taken its parameters from that place");
        (await Should.ThrowAsync<RuleBrokenException>(() => market.Ledger.Models.MoveBestAsync(attested.Signed, market.Buyer, Stop))).Rule
            .ShouldBe(Rule.ModelBarred);
        (await UnfairAsync(tuned, offered)).ShouldContain("a vote has taken the checkpoint");
        await new FairComparison(market.Ledger, market.Blobs).RequireAsync(afresh,
            (await market.Ledger.Proposals.FindAsync(offered, Stop))!, Stop);
        (await RefusedAsync(await TrainAsync(From(plan, start) with { BatchSize = 4 }))).ShouldContain("which was never the best one");
    }

    /// <summary>Points that are in both sets make every model look better than it is.</summary>
    [Fact]
    public async Task What_the_training_saw_of_the_held_out_set_does_not_count()
    {
        var heldOut = TinyData.Shard(50, 3);
        var own = TinyData.Shard(40, 72);
        var (_, plan) = await DatasetAsync(new Shard(
            TinyData.Schema, (byte[])[.. own.Features.Span, .. heldOut.Features.Span[..(10 * 16)]],
            [.. own.Labels, .. heldOut.Labels.Take(10)]));
        var model = await TrainAsync(plan);

        var attested = await AttestAsync(model);

        attested.Uncounted.ShouldBe(10);
        var parameters = Checkpoint.Parse(await market.Blobs.ReadAsync((await StartOfAsync(model)).Cid, 1 << 20, Stop));
        var rest = heldOut.Select([.. Enumerable.Range(10, 40)]);
        var accuracy = Evaluation.Measure(TinyData.Model, parameters, Points.Examples.From(rest, TinyData.Model));
        attested.Signed.Statement.MetricPpm.ShouldBe((uint)(accuracy.Correct * 1_000_000L / 40));

        // What a model began with has seen it all the same.
        await market.Ledger.Models.MoveBestAsync(attested.Signed, market.Buyer, Stop);
        var later = await TrainAsync(From(plan, await StartOfAsync(model)) with { BatchSize = 4 });
        (await AttestAsync(later)).Uncounted.ShouldBe(10);
    }

    [Fact]
    public async Task What_is_registered_is_what_the_job_made()
    {
        var (_, plan) = await DatasetAsync(TinyData.Shard(40, 74));
        var other = new Architecture("tiny", new ExampleShape(4, 1, 1), [new Dense("hidden", 3), new Gelu("gelu"), new Dense("out", 2)]);
        (await RefusedAsync(await TrainAsync(plan, entry => entry with { Architecture = other.Hash }))).ShouldContain("another network");
        var stranger = await StartAsync(seed: 9);
        (await RefusedAsync(await TrainAsync(plan, entry => entry with { Cid = stranger.Cid }))).ShouldContain("holds other parameters");
        (await RefusedAsync(await TrainAsync(plan, entry => entry with { IsPrivate = true }))).ShouldContain("not open");
    }

    [Fact]
    public async Task A_result_that_a_liar_vouched_for_is_none()
    {
        var (_, plan) = await DatasetAsync(TinyData.Shard(40, 75));
        var model = await TrainAsync(plan);
        (await AttestAsync(model)).Uncounted.ShouldBe(0);

        var job = (await new ModelHistory(market.Ledger).FindAsync(model, Stop))!.Job!.Value;
        var voucher = (await new JobHistory(market.Ledger).FindSettledAsync(job, Stop))!.Workers[0];
        var verdict = new Market.Jobs.Verdict(job, voucher, market.Buyer.Address, Digest.Of("evidence"u8));
        await market.Ledger.Jobs.ConvictAsync(verdict, market.Ledger.Jobs.Statements.SignVerdict(verdict, market.Referee.Signer.Key),
            market.Buyer, Stop);

        (await RefusedAsync(model)).ShouldContain($"{voucher}, who vouched for its result, was convicted");
    }

    /// <summary>Comparing takes as many steps as there are pairs.</summary>
    [Fact]
    public void Of_a_set_that_is_too_large_to_compare_a_part_is_measured_and_always_the_same()
    {
        var heldOut = TinyData.Shard(50, 3);
        UnseenAccuracy.Comparable(heldOut, 10_000_000).ShouldBeSameAs(heldOut, "50 times as many pairs are few");
        var part = UnseenAccuracy.Comparable(heldOut, 100_000_000);
        part.Count.ShouldBe(9);
        UnseenAccuracy.Comparable(heldOut, 100_000_000).Root.ShouldBe(part.Root);
    }

    private Task<AttestedBest> AttestAsync(ModelId model) =>
        new BestAttestor(market.Referee.Signer.Key, market.Ledger, market.Blobs, new BlobShardSource(market.Blobs), TimeProvider.System)
            .AttestAsync(model, Stop);

    private async Task<string> RefusedAsync(ModelId model) =>
        (await Should.ThrowAsync<AttestationRefusedException>(() => AttestAsync(model))).Message;

    private async Task<(DatasetId Id, JobPlan Plan)> DatasetAsync(Shard points)
    {
        var founding = await TinyData.StoreAsync(market.Blobs, points);
        var heldOut = await TinyData.StoreAsync(market.Blobs, TinyData.Shard(50, 3));
        var charter = new DatasetCharter(
            Digest.Of("about"u8), TinyData.Schema.Hash, heldOut.Cid.Hash, "Best", "BST", new DatasetPolicy(),
            [new Founder(market.Founder.Address, ShareAmount.Whole(100))],
            new OfferedShard(founding.Root, founding.Count, founding.Cid)) { Measurement = ChainMarket.Terms.Hash };
        await market.Blobs.PutAsync(ChainMarket.Terms.ToJson(), Stop);
        var dataset = await market.Ledger.Datasets.CreateAsync(charter, market.Founder, Stop);
        return (dataset.Id, await market.PlanAsync()
            with { Dataset = dataset.Id, Version = dataset.VersionRoot, Partitions = 1, SchedulerFee = Money.Zero, Shards = [founding] });
    }

    private static JobPlan Measuring(JobPlan plan, ShardReference offer, CheckpointReference? start) =>
        EvaluationPlan.For(plan.Dataset, plan.Version, plan.Shards, offer, plan.HeldOut, ChainMarket.Terms, TinyData.Model, start);

    private async Task<string> UnfairAsync(JobPlan plan, ProposalId offered)
    {
        var proposal = (await market.Ledger.Proposals.FindAsync(offered, Stop))!;
        return (await Should.ThrowAsync<AttestationRefusedException>(
            () => new FairComparison(market.Ledger, market.Blobs).RequireAsync(plan, proposal, Stop))).Message;
    }

    private static JobPlan From(JobPlan plan, CheckpointReference start) => plan with { Runs = [plan.Runs[0] with { Start = start }] };

    private async Task<CheckpointReference> StartAsync(ulong seed)
    {
        var parameters = TrainingRun.FreshParameters(TinyData.Model, seed);
        return new CheckpointReference(parameters.Hash, await market.Blobs.PutAsync(parameters.ToBytes(), Stop));
    }

    private async Task<CheckpointReference> StartOfAsync(ModelId model)
    {
        var registered = (await new ModelHistory(market.Ledger).FindAsync(model, Stop))!;
        return new CheckpointReference(registered.Checkpoint, registered.Cid!.Value);
    }

    private async Task<ModelId> TrainAsync(JobPlan plan, Func<ModelRegistration, ModelRegistration>? altered = null)
    {
        var job = await ChainJob.RunAsync(market, plan, _ => new HonestExecutor(), Stop);
        var part = await TaskInputsReader.ReadAsync(market.Blobs, plan,
            job.State.Tasks[new TaskKey(0, plan.Rounds - 1, 0)].Result!.Checkpoint!, Stop);
        var result = ClosingProgram.Average(plan, 0, [part]);
        var cid = await market.Blobs.PutAsync(result.ToBytes(), Stop);
        await market.Blobs.PutAsync(Encoding.UTF8.GetBytes(plan.Architecture.ToJson()), Stop);
        var outcome = (await new JobHistory(market.Ledger).FindSettledAsync(job.Id, Stop))!.Outcome;
        var entry = new ModelRegistration(result.Hash, plan.Architecture.Hash, cid, [], plan.Dataset, outcome.MetricPpm, new Money(1),
            new JobResult(job.Id, outcome));
        return await market.Ledger.Models.RegisterAsync(altered?.Invoke(entry) ?? entry, market.Buyer, Stop);
    }
}
