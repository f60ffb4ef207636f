using DataBright.Compute.Evaluations;
using DataBright.Compute.Jobs;
using DataBright.Compute.Ledger;
using DataBright.Compute.Worlds;
using DataBright.Ethereum;
using DataBright.Learning.Networks;
using DataBright.Learning.Training;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Proposals;
using DataBright.Storage;

namespace DataBright.Compute.Stories;

/// <summary>Whoever buys an evaluation writes its plan; the referee signs only what compares like with like.</summary>
[Collection(nameof(ChainMarket))]
public sealed class FairComparisonTests(ChainMarket market)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_the_dataset_as_it_was_with_the_points_and_without_is_signed()
    {
        var (owner, contributor) = (await market.PartyAsync(), await market.PartyAsync());
        ShardReference[] shards = [Shard(1), Shard(2), Shard(3)];
        var dataset = await FoundAsync(owner, shards[0], "Fair");
        var first = await VersionAsync(dataset);
        var early = await ListAsync(dataset, shards[1], owner);
        var now = await VersionAsync(dataset);
        var id = await market.Ledger.Proposals.ProposeAsync(dataset, new OfferedShard(shards[2].Root, shards[2].Count, shards[2].Cid),
            contributor, Stop);
        var proposal = (await market.Ledger.Proposals.FindAsync(id, Stop))!;
        early.ShouldNotBe(id);

        var fair = Plan(dataset, now, shards[..2], shards[2]);
        await RequireAsync(fair);

        (await RefusedAsync(Plan(dataset, first, shards[..1], shards[2]))).ShouldContain("was none while the proposal was open",
            Case.Sensitive, "an older, smaller dataset");
        (await RefusedAsync(Plan(dataset, now, shards[..1], shards[2]))).ShouldContain("leaves out some of the 2 shards");
        (await RefusedAsync(fair with { Version = Hash32.Zero })).ShouldContain("which was none");
        (await RefusedAsync(fair with { Shards = [fair.Shards[1], fair.Shards[0], fair.Shards[2]] }))
            .ShouldContain("in the order in which they came");
        (await RefusedAsync(fair with { Runs = [.. fair.Runs.Select(run => run.Shards.Count == 2 ? run with { Shards = [0] } : run)] }))
            .ShouldContain("does not train on the dataset's shards");
        (await RefusedAsync(fair with { Runs = [.. fair.Runs.Select(run => run.Shards.Count == 3 ? run with { Shards = [1, 2] } : run)] }))
            .ShouldContain("does not train on the dataset's shards");
        (await RefusedAsync(fair with { Shards = fair.Shards.Take(2).ToArray(),
            Runs = [.. fair.Runs.Select(run => run with { Shards = [0, 1] })] })).ShouldContain("does not have the proposed shard");

        var best = new CheckpointReference(Digest.Of("trained well"u8), Cid.Raw(Digest.Of("file"u8)));
        (await RefusedAsync(From(fair, best, _ => true) with { Optimiser = Terms.Tuned })).ShouldContain("was not the best one");
        (await RefusedAsync(From(fair, best, run => run.Shards.Count == 3))).ShouldContain("another checkpoint");

        // The version after an acceptance is one in force, too: what was bought before it may be signed, and what is bought now.
        await ListAsync(dataset, Shard(4), owner);
        await RequireAsync(fair);
        await RequireAsync(Plan(dataset, await VersionAsync(dataset), [.. shards[..2], Shard(4)], shards[2]));

        Task RequireAsync(JobPlan plan) => new FairComparison(market.Ledger, market.Blobs).RequireAsync(plan, proposal, Stop);

        async Task<string> RefusedAsync(JobPlan plan) =>
            (await Should.ThrowAsync<AttestationRefusedException>(() => RequireAsync(plan))).Message;
    }

    [Fact]
    public void Every_run_of_an_evaluation_goes_on_from_the_best_checkpoint()
    {
        var best = new CheckpointReference(Digest.Of("trained well"u8), Cid.Raw(Digest.Of("file"u8)));
        var plan = EvaluationPlan.For(new DatasetId(1), Hash32.Zero, [Shard(1), Shard(2)], Shard(3), Shard(9), Terms with { Pairs = 5 },
            Subject, best);

        plan.Runs.Select(run => (run.Seed, run.Shards.Count))
            .ShouldBe([.. Enumerable.Range(1, 5).SelectMany(seed => new[] { ((ulong)seed, 2), ((ulong)seed, 3) })],
                "a pair for each seed: without the points and with them");
        plan.Runs.ShouldAllBe(run => run.Start == best);
        plan.Runs.ShouldAllBe(run => run.Repeats == (run.Shards.Count == 2 ? 20 : 0), "both sides have as many points");
        plan.Optimiser.ShouldBe(Terms.Tuned);
        JobPlan.Parse(plan.ToJson()).Runs.ShouldAllBe(run => run.Start == best);
    }

    /// <summary>What whoever buys a measurement could gain by: fewer steps, gentler ones, other seeds, its own worker alone.</summary>
    [Fact]
    public async Task Nothing_that_the_datasets_terms_state_is_the_buyers_to_choose()
    {
        var (owner, contributor) = (await market.PartyAsync(), await market.PartyAsync());
        var dataset = await FoundAsync(owner, Shard(31), "chosen");
        var id = await market.Ledger.Proposals.ProposeAsync(dataset, new OfferedShard(Shard(32).Root, 20, Shard(32).Cid),
            contributor, Stop);
        var proposal = (await market.Ledger.Proposals.FindAsync(id, Stop))!;
        var fair = Plan(dataset, await VersionAsync(dataset), [Shard(31)], Shard(32));
        await new FairComparison(market.Ledger, market.Blobs).RequireAsync(fair, proposal, Stop);

        await RefusedAsync(fair with { StepsPerRound = Terms.Steps - 1 }, "steps");
        await RefusedAsync(fair with { StepsPerRound = 0, EpochsPerRound = 5 }, "steps");
        await RefusedAsync(fair with { Rounds = 2 }, "rounds");
        await RefusedAsync(fair with { BatchSize = 3 }, "batches");
        await RefusedAsync(fair with { Optimiser = new Optimiser(1e-7f, 0.9f) }, "optimiser");
        await RefusedAsync(fair with { Architecture = Architectures.Find("lenet-5")! }, "train lenet-5");
        await RefusedAsync(fair with { Partitions = 2 }, "parts");
        await RefusedAsync(fair with { OrderSeed = 2 }, "the order of seed 2");
        await RefusedAsync(fair with { Redundancy = 1 }, "done by 1 workers");
        await RefusedAsync(fair with { SpotChecks = 1 }, "checks");
        await RefusedAsync(fair with { Runs = [.. fair.Runs.Take(2)] }, "pairs of runs");
        await RefusedAsync(fair with { Runs = [.. fair.Runs.Select(run => run with { Seed = run.Seed + 7 })] }, "seeds 1 to");
        await RefusedAsync(fair with { Runs = [.. fair.Runs.Select(run => run with { Repeats = 0 })] }, "repeats 0 points");
        await RefusedAsync(fair with { Runs = [.. fair.Runs.Select(run => run with { Repeats = 20 })] }, "repeats 20 points");
        await RefusedAsync(fair with { HeldOut = Shard(33) }, "held-out set");
        await RefusedAsync(fair with { Runs = [.. fair.Runs.Reverse()] }, "pairs of runs");
        await RefusedAsync(fair with { Runs = [fair.Runs[1]] }, "pairs of runs"); // a model for which the dataset is not paid
        (await DatasetCheck.MismatchAsync(market.Ledger, market.Blobs, fair, id, Stop)).ShouldBeNull();
        (await DatasetCheck.MismatchAsync(market.Ledger, market.Blobs, fair, null, Stop)).ShouldNotBeNull();

        // The referee signs none of them, and the scheduler takes none of them up.
        async Task RefusedAsync(JobPlan plan, string why)
        {
            (await Should.ThrowAsync<AttestationRefusedException>(
                () => new FairComparison(market.Ledger, market.Blobs).RequireAsync(plan, proposal, Stop))).Message.ShouldContain(why);
            (await DatasetCheck.MismatchAsync(market.Ledger, market.Blobs, plan, id, Stop)).ShouldNotBeNull().ShouldContain(why);
        }
    }

    [Theory]
    [InlineData(1, 0, false)]
    [InlineData(2, 0, false)]
    [InlineData(2, 1, true)]
    [InlineData(3, 0, true)]
    public void A_measurement_is_never_one_workers_word(int redundancy, int checks, bool isGood)
    {
        var json = (Terms with { Redundancy = redundancy, SpotChecks = checks }).ToJson();
        if (isGood) MeasurementTerms.Parse(json).ToJson().ShouldBe(json);
        else Should.Throw<BadPlanException>(() => MeasurementTerms.Parse(json)).Message.ShouldContain("three workers");
    }

    private static Architecture Subject { get; } = Architectures.Find("softmax-regression")!;

    private static MeasurementTerms Terms { get; } = MeasurementTerms.Usual
        with { Architecture = Subject, BatchSize = 4, Steps = 20, Pairs = 4 };

    private async Task<DatasetId> FoundAsync(Signer owner, ShardReference founding, string name)
    {
        await market.Blobs.PutAsync(Terms.ToJson(), Stop);
        return (await market.Ledger.Datasets.CreateAsync(
            new DatasetCharter(
                Digest.Of("fair"u8), Digest.Of("schema"u8), Shard(9).Cid.Hash, name, "FAIR",
                new DatasetPolicy { VotingPeriod = TimeSpan.FromHours(1) },
                [new Founder(owner.Address, ShareAmount.Whole(100))], new OfferedShard(founding.Root, founding.Count, founding.Cid))
            { Measurement = Terms.Hash },
            owner, Stop)).Id;
    }

    private static JobPlan From(JobPlan plan, CheckpointReference start, Func<RunPlan, bool> which) =>
        plan with { Runs = [.. plan.Runs.Select(run => which(run) ? run with { Start = start } : run)] };

    private static JobPlan Plan(DatasetId dataset, Hash32 version, IReadOnlyList<ShardReference> listed, ShardReference proposed) =>
        EvaluationPlan.For(
        dataset, version, listed, proposed, Shard(9), Terms, Subject);

    private async Task<ProposalId> ListAsync(DatasetId dataset, ShardReference shard, Signer owner)
    {
        var proposal = await market.Ledger.Proposals.ProposeAsync(dataset, new OfferedShard(shard.Root, shard.Count, shard.Cid),
            owner, Stop);
        await market.Ledger.Proposals.VoteAsync(proposal, Choice.Yes, "", owner, Stop);
        (await market.Ledger.Proposals.FinaliseAsync(proposal, owner, Stop)).State.ShouldBe(ProposalState.Accepted);
        return proposal;
    }

    private async Task<Hash32> VersionAsync(DatasetId dataset) => (await market.Ledger.Datasets.FindAsync(dataset, Stop))!.VersionRoot;

    private static ShardReference Shard(byte number) => new(Keccak.Hash([number]), 20, Cid.Raw(Digest.Of([number])));
}
