using DataBright.Compute.Jobs;
using DataBright.Compute.Scheduler.State;
using DataBright.Compute.Workers;
using DataBright.Compute.Worlds;
using DataBright.Learning.Examples;
using DataBright.Learning.Layers;
using DataBright.Learning.Networks;
using DataBright.Learning.Shapes;
using DataBright.Market.Datasets;

namespace DataBright.Compute.Stories;

/// <summary>Points in the order of their classes, as folders and tables have them, divided between workers.</summary>
public sealed class ClassOrderTests
{
    private const int Classes = 10;
    private const int Features = 8;

    private static Shard Mixed { get; } = Clouds(600, seed: 11);

    private static Shard InClassOrder { get; } = Mixed.Select([.. Enumerable.Range(0, Mixed.Count).OrderBy(place => Mixed.Labels[place])]);

    [Fact]
    public async Task Points_in_class_order_train_in_two_partitions_as_well_as_mixed_ones()
    {
        var mixed = await AccuracyAsync(Mixed, orderSeed: null);
        var asTheyLie = await AccuracyAsync(InClassOrder, orderSeed: null);
        var drawn = await AccuracyAsync(InClassOrder, orderSeed: 1);

        mixed.ShouldBeGreaterThan(0.9);
        asTheyLie.ShouldBeLessThan(mixed - 0.15, "each partition has one class alone, which is why the order is drawn");
        drawn.ShouldBeGreaterThan(mixed - 0.03);
    }

    [Fact]
    public async Task A_liar_among_workers_whose_points_were_drawn_is_convicted_and_the_result_is_that_of_honest_workers()
    {
        using var honest = new World(workers: 6);
        using var world = new World(workers: 6, executors: new Dictionary<int, ITaskExecutor> { [2] = Liars.InTraining(3) });
        var job = await honest.OrderAsync(await TinyData.PlanAsync(honest.Blobs) with { OrderSeed = 5, DataLimitBps = 10_000 });
        await world.OrderAsync(await TinyData.PlanAsync(world.Blobs) with { OrderSeed = 5, DataLimitBps = 10_000 });

        await honest.RunAsync(job);
        var over = await world.RunAsync(job);

        over.Phase.ShouldBe(JobPhase.Settled, over.Problem);
        world.Ledger.Find(job)!.Convicted.ShouldBe([world.Workers[2].Address]);
        world.Ledger.SettlementOf(job)!.ResultHash.ShouldBe(honest.Ledger.SettlementOf(job)!.ResultHash);
    }

    [Fact]
    public async Task Every_point_is_in_one_partition_and_no_partition_has_more_than_without_an_order()
    {
        var plain = await TinyData.PlanAsync(new DataBright.Storage.MemoryBlobStore()) with { Partitions = 3 };
        var drawn = plain with { OrderSeed = 9 };
        for (var shard = 0; shard < plain.Shards.Count; shard++)
        {
            var parts = Enumerable.Range(0, 3).Select(partition => drawn.PlacesOf(shard, partition)).ToArray();
            parts.SelectMany(part => part).Order().ShouldBe(Enumerable.Range(0, plain.Shards[shard].Count));
            parts.Select(part => part.Count)
                .ShouldBe(Enumerable.Range(0, 3).Select(partition => PartitionSlice.Of(plain.Shards[shard].Count, 3, partition).Count));
            drawn.PlacesOf(shard, 0).ShouldNotBe((plain with { OrderSeed = 10 }).PlacesOf(shard, 0));
        }

        DataLimit.OperatorsNeeded(drawn).ShouldBe(DataLimit.OperatorsNeeded(plain));
    }

    [Fact]
    public async Task A_plan_without_an_order_means_what_it_meant()
    {
        var plan = await TinyData.PlanAsync(new DataBright.Storage.MemoryBlobStore());

        System.Text.Encoding.UTF8.GetString(plan.ToJson()).ShouldNotContain("orderSeed");
        plan.PlacesOf(0, 1).ShouldBe(Enumerable.Range(20, 20));
        JobPlan.Parse((plan with { OrderSeed = ulong.MaxValue }).ToJson()).OrderSeed.ShouldBe(ulong.MaxValue);
    }

    /// <summary>As a second program in another language has it. Where these change, every divided job changes.</summary>
    [Fact]
    public void The_order_is_the_same_on_every_machine()
    {
        SeededOrder.Of(12, seed: 1, shard: 0).ShouldBe([6, 7, 10, 5, 2, 3, 11, 4, 8, 9, 0, 1]);
        SeededOrder.Of(12, seed: ulong.MaxValue, shard: 4_095).ShouldBe([5, 11, 7, 8, 10, 6, 2, 4, 9, 0, 1, 3]);
        SeededOrder.Of(1, seed: 1, shard: 0).ShouldBe([0]);
    }

    private static async Task<double> AccuracyAsync(Shard shard, ulong? orderSeed)
    {
        using var world = new World(workers: 6);
        var plan = await TinyData.PlanAsync(world.Blobs) with
        {
            Architecture = new Architecture("clouds", new ExampleShape(Features, 1, 1),
                [new Dense("hidden", 16), new Relu("relu"), new Dense("out", Classes)]),
            Rounds = 1, EpochsPerRound = 10, DataLimitBps = 10_000, OrderSeed = orderSeed,
            Shards = [await TinyData.StoreAsync(world.Blobs, shard)],
            HeldOut = await TinyData.StoreAsync(world.Blobs, Clouds(300, seed: 12)), Runs = [new RunPlan("main", 7, [0])],
        };
        var job = await world.OrderAsync(plan);
        (await world.RunAsync(job)).Phase.ShouldBe(JobPhase.Settled);
        return world.Ledger.SettlementOf(job)!.Metric / 1e6;
    }
    /// <summary>Ten classes around ten places.</summary>
    private static Shard Clouds(int count, int seed)
    {
        var places = new Random(1);
        var centres = Enumerable.Range(0, Classes * Features).Select(_ => places.NextSingle() * 2 - 1).ToArray();
        var chance = new Random(seed);
        var labels = Enumerable.Range(0, count).Select(_ => chance.Next(Classes)).ToArray();
        var values = labels.SelectMany(
            label => centres.AsSpan(label * Features, Features).ToArray().Select(centre => centre + chance.NextSingle() * 0.8f - 0.4f));
        return new Shard(new DataSchema(ElementType.Float32, [Features, 1, 1], Classes),
            values.SelectMany(BitConverter.GetBytes).ToArray(), labels);
    }
}
