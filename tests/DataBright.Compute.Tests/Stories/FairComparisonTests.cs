using DataBright.Compute.Evaluations;
using DataBright.Compute.Jobs;
using DataBright.Compute.Worlds;
using DataBright.Ethereum;
using DataBright.Learning;
using DataBright.Learning.Networks;
using DataBright.Learning.Training;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Models;
using DataBright.Market.Proposals;
using DataBright.Market.Storage;
using JobKind = DataBright.Compute.Jobs.JobKind;

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
        var dataset = (await market.Ledger.Datasets.CreateAsync(
            new DatasetCharter(
                Digest.Of("fair"u8), Digest.Of("schema"u8), Digest.Of("held out"u8), "Fair", "FAIR", new DatasetPolicy { VotingPeriod = TimeSpan.FromHours(1) }, [new Founder(owner.Address, ShareAmount.Whole(100))],
                new OfferedShard(shards[0].Root, shards[0].Count, shards[0].Cid)), owner, Stop)).Id;
        var first = await VersionAsync(dataset);
        var early = await ListAsync(dataset, shards[1], owner);
        var now = await VersionAsync(dataset);
        var id = await market.Ledger.Proposals.ProposeAsync(dataset, new OfferedShard(shards[2].Root, shards[2].Count, shards[2].Cid), contributor, Stop);
        var proposal = (await market.Ledger.Proposals.FindAsync(id, Stop))!;
        early.ShouldNotBe(id);

        var fair = Plan(dataset, now, shards[..2], shards[2]);
        await RequireAsync(fair);

        (await RefusedAsync(Plan(dataset, first, shards[..1], shards[2]))).ShouldContain("was none while the proposal was open", Case.Sensitive, "an older, smaller dataset");
        (await RefusedAsync(Plan(dataset, now, shards[..1], shards[2]))).ShouldContain("leaves out some of the 2 shards");
        (await RefusedAsync(fair with { Version = Hash32.Zero })).ShouldContain("which was none");
        (await RefusedAsync(fair with { Runs = [.. fair.Runs.Select(run => run.Shards.Count == 2 ? run with { Shards = [0] } : run)] })).ShouldContain("does not train on the dataset's shards");
        (await RefusedAsync(fair with { Runs = [.. fair.Runs.Select(run => run.Shards.Count == 3 ? run with { Shards = [1, 2] } : run)] })).ShouldContain("does not train on the dataset's shards");
        (await RefusedAsync(fair with { Shards = fair.Shards.Take(2).ToArray(), Runs = [.. fair.Runs.Select(run => run with { Shards = [0, 1] })] })).ShouldContain("does not train on");

        var best = new CheckpointReference(Digest.Of("trained well"u8), Cid.Raw(Digest.Of("file"u8)));
        (await RefusedAsync(From(fair, best, _ => true))).ShouldContain("was not the best one");
        (await RefusedAsync(From(fair, best, run => run.Shards.Count == 3))).ShouldContain("another checkpoint");

        // The version after an acceptance is one in force, too: what was bought before it may be signed, and what is bought now.
        await ListAsync(dataset, Shard(4), owner);
        await RequireAsync(fair);
        await RequireAsync(Plan(dataset, await VersionAsync(dataset), [.. shards[..2], Shard(4)], shards[2]));

        Task RequireAsync(JobPlan plan) => new FairComparison(market.Ledger, market.Blobs).RequireAsync(plan, proposal, Stop);

        async Task<string> RefusedAsync(JobPlan plan) => (await Should.ThrowAsync<EvaluationRefusedException>(() => RequireAsync(plan))).Message;
    }

    [Fact]
    public void Every_run_of_an_evaluation_goes_on_from_the_best_checkpoint()
    {
        var best = new CheckpointReference(Digest.Of("trained well"u8), Cid.Raw(Digest.Of("file"u8)));
        var terms = new EvaluationTerms(Architectures.Find("softmax-regression")!, new Optimiser(0.05f, 0.9f), 4, 1, Seeds: 3, Redundancy: 3, best);
        var plan = EvaluationPlan.For(new DatasetId(1), Hash32.Zero, [Shard(1), Shard(2)], Shard(3), Shard(9), terms);

        plan.Runs.Select(run => (run.Seed, run.Shards.Count)).ShouldBe([(1ul, 2), (1ul, 3), (2ul, 2), (2ul, 3), (3ul, 2), (3ul, 3)], "a pair for each seed: without the points and with them");
        plan.Runs.ShouldAllBe(run => run.Start == best);
        JobPlan.Parse(plan.ToJson()).Runs.ShouldAllBe(run => run.Start == best);
    }

    private static JobPlan From(JobPlan plan, CheckpointReference start, Func<RunPlan, bool> which) =>
        plan with { Runs = [.. plan.Runs.Select(run => which(run) ? run with { Start = start } : run)] };

    private static JobPlan Plan(DatasetId dataset, Hash32 version, IReadOnlyList<ShardReference> listed, ShardReference proposed) => EvaluationPlan.For(
        dataset, version, listed, proposed, Shard(9), new EvaluationTerms(Architectures.Find("softmax-regression")!, new Optimiser(0.05f, 0.9f), 4, 1, 2, 3));

    private async Task<ProposalId> ListAsync(DatasetId dataset, ShardReference shard, Signer owner)
    {
        var proposal = await market.Ledger.Proposals.ProposeAsync(dataset, new OfferedShard(shard.Root, shard.Count, shard.Cid), owner, Stop);
        await market.Ledger.Proposals.VoteAsync(proposal, Choice.Yes, "", owner, Stop);
        (await market.Ledger.Proposals.FinaliseAsync(proposal, owner, Stop)).State.ShouldBe(ProposalState.Accepted);
        return proposal;
    }

    private async Task<Hash32> VersionAsync(DatasetId dataset) => (await market.Ledger.Datasets.FindAsync(dataset, Stop))!.VersionRoot;

    private static ShardReference Shard(byte number) => new(Keccak.Hash([number]), 20, Cid.Raw(Digest.Of([number])));
}
