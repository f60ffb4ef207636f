using DataBright.Compute.Jobs;
using DataBright.Compute.Points;
using DataBright.Compute.Worlds;
using DataBright.Learning.Training;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Storage;

namespace DataBright.Compute.Usage;

/// <summary>What shards were worth in a training run.</summary>
public sealed class JobValuationTests
{
    private static readonly JobId Job = new(1);

    [Fact]
    public async Task Training_once_more_comes_to_the_jobs_own_parameters_and_to_the_same_values_everywhere()
    {
        using var world = new World(workers: 6);
        var plan = await TinyData.PlanAsync(world.Blobs) with { DataLimitBps = 10_000 };
        var job = await world.OrderAsync(plan);
        await world.RunAsync(job);
        var result = await world.Host.ResultAsync(job, TestContext.Current.CancellationToken);

        var one = await MeasureAsync(plan, world.Blobs, threads: 1);
        var two = await MeasureAsync(plan, world.Blobs, threads: 2);

        one.Checkpoint.ShouldBe(result!.Checkpoints[0].Hash);
        two.ToBytes().ShouldBe(one.ToBytes());
        UsageEvidence.Parse(one.ToBytes()).ToBytes().ShouldBe(one.ToBytes());
    }

    [Fact]
    public async Task A_shard_with_wrong_labels_is_worth_less_than_a_good_one()
    {
        var blobs = new MemoryBlobStore();
        var good = TinyData.Shard(60, 21);
        var wrong = TinyData.Shard(60, 22);
        wrong = new Shard(wrong.Schema, wrong.Features, wrong.Labels.ToArray().Select(label => 1 - label).ToArray());
        var plan = await TinyData.PlanAsync(blobs) with
        {
            Shards = [await TinyData.StoreAsync(blobs, good), await TinyData.StoreAsync(blobs, wrong),
                await TinyData.StoreAsync(blobs, TinyData.Shard(60, 23))],
            Runs = [new RunPlan("main", Seed: 7, [0, 1, 2])],
        };

        var worth = (await MeasureAsync(plan, blobs, threads: 1)).Shards.Select(shard => shard.Worth).ToArray();

        worth[1].ShouldBe(0UL);
        worth[0].ShouldBeGreaterThan(0UL);
        worth[2].ShouldBeGreaterThan(0UL);
    }

    [Fact]
    public async Task Where_in_run_values_are_not_defined_every_point_counts_alike()
    {
        var blobs = new MemoryBlobStore();
        var plan = await TinyData.PlanAsync(blobs) with { Optimiser = Optimiser.Adam(0.01f) };
        var evidence = await MeasureAsync(plan, blobs, threads: 1);
        evidence.Method.ShouldBe("points/1");
        evidence.Shards.Select(shard => shard.Worth).ShouldBe([40UL, 24UL]);
    }

    private static async Task<UsageEvidence> MeasureAsync(JobPlan plan, IBlobStore blobs, int threads)
    {
        using var shards = new BlobShardSource(blobs);
        return await JobValuation.MeasureAsync(Job, plan, Money.Dollars(10), blobs, shards, threads, TestContext.Current.CancellationToken);
    }
}
