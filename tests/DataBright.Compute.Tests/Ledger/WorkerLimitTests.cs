using DataBright.Compute.Evaluations;
using DataBright.Compute.Jobs;
using DataBright.Compute.Ledger;
using DataBright.Compute.Worlds;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Storage;

namespace DataBright.Compute.Tests.Ledger;

/// <summary>
/// Of sealed points a worker sees no more than the dataset says, whoever ordered the training run, and by whatever program.
/// </summary>
[Collection(nameof(ChainMarket))]
public sealed class WorkerLimitTests(ChainMarket market)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_plan_that_shows_a_worker_more_of_sealed_points_is_not_taken_up()
    {
        var terms = ChainMarket.Terms with { Sealed = new SealedPoints(4, 5_000) };
        await market.Blobs.PutAsync(terms.ToJson(), Stop);
        var plan = await PlanAsync(terms);
        (await MismatchAsync(plan with { DataLimitBps = 5_001 })).ShouldNotBeNull().ShouldContain("50 % of the points");
        (await MismatchAsync(plan with { DataLimitBps = 5_000 })).ShouldBeNull();
    }

    [Fact]
    public async Task Terms_that_are_not_here_keep_nobody_from_open_points_and_everybody_from_sealed_ones()
    {
        var plan = await PlanAsync(ChainMarket.Terms with { Sealed = new SealedPoints(5, 4_000) });
        (await MismatchAsync(plan with { DataLimitBps = 10_000 })).ShouldBeNull();
        var file = await market.Blobs.PutAsync("DBEN and what follows"u8.ToArray(), Stop);
        await Should.ThrowAsync<BlobMissingException>(() => MismatchAsync(plan with { Shards = [plan.Shards[0] with { Cid = file }] }));
    }

    private Task<string?> MismatchAsync(JobPlan plan) =>
        DatasetCheck.MismatchAsync(market.Ledger, market.Blobs, plan, proposed: null, Stop);

    private async Task<JobPlan> PlanAsync(MeasurementTerms terms)
    {
        var plan = await market.PlanAsync();
        var founder = await market.PartyAsync();
        var dataset = await market.Ledger.Datasets.CreateAsync(
            new DatasetCharter(
                Digest.Of("sealed"u8), TinyData.Schema.Hash, plan.HeldOut.Cid.Hash, "Sealed", "SEAL",
                new DatasetPolicy { TrainingPrice = Money.Dollars(50) },
                [new Founder(founder.Address, ShareAmount.Whole(100))],
                new OfferedShard(plan.Shards[0].Root, plan.Shards[0].Count, plan.Shards[0].Cid))
            { Measurement = terms.Hash }, founder, Stop);
        return plan with { Dataset = dataset.Id, Version = dataset.VersionRoot };
    }
}
