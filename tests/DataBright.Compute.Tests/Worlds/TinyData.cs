using System.Buffers.Binary;
using DataBright.Compute.Evaluations;
using DataBright.Compute.Jobs;
using DataBright.Ethereum;
using DataBright.Learning.Layers;
using DataBright.Learning.Networks;
using DataBright.Learning.Shapes;
using DataBright.Learning.Training;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Jobs;
using DataBright.Storage;

namespace DataBright.Compute.Worlds;

/// <summary>A dataset and a model so small that thousands of steps take no time: two classes of points in four dimensions.</summary>
public static class TinyData
{
    public static DataSchema Schema { get; } = new(ElementType.Float32, [4, 1, 1], 2);

    public static Architecture Model { get; } = new("tiny", new ExampleShape(4, 1, 1),
        [new Dense("hidden", 3), new Relu("relu"), new Dense("out", 2)]);

    public static Shard Shard(int count, int seed)
    {
        var chance = new Random(seed);
        var features = new byte[count * 16];
        var labels = new int[count];
        for (var i = 0; i < count; i++)
        {
            labels[i] = chance.Next(2);
            for (var j = 0; j < 4; j++)
                BinaryPrimitives.WriteSingleLittleEndian(features.AsSpan(16 * i + 4 * j),
                    (float)(chance.NextDouble() - 0.5 + (labels[i] == 1 ? 0.4 : -0.4)));
        }

        return new Shard(Schema, features, labels);
    }

    public static async Task<ShardReference> StoreAsync(IBlobStore blobs, Shard shard) =>
        new(shard.Root, shard.Count, await blobs.PutAsync(ShardFile.ToBytes(shard), CancellationToken.None));

    /// <summary>The measurement of an offer against the first shard of <see cref="PlanAsync"/>.</summary>
    public static async Task<JobPlan> MeasurementAsync(IBlobStore blobs, Shard offer, int partitions)
    {
        var plan = await PlanAsync(blobs);
        return EvaluationPlan.For(
            plan.Dataset, plan.Version, [plan.Shards[0]], await StoreAsync(blobs, offer), plan.HeldOut,
            MeasurementTerms.Usual with { Architecture = Model, BatchSize = 4, Steps = 10, Partitions = partitions }, Model);
    }

    /// <summary>A plan over two shards of 40 and 24 points; tests change what matters to them.</summary>
    public static async Task<JobPlan> PlanAsync(IBlobStore blobs) => new(
        JobPlan.CurrentFormat, JobKind.Training, new DatasetId(1), Keccak.Hash("version"u8), Model, new Optimiser(0.1f, 0.5f), BatchSize: 8,
        Rounds: 2, EpochsPerRound: 1, Partitions: 2, Redundancy: 3, DataLimitBps: 5000, AnchorRounds: false,
        [await StoreAsync(blobs, Shard(40, 1)), await StoreAsync(blobs, Shard(24, 2))],
        await StoreAsync(blobs, Shard(50, 3)),
        [new RunPlan("main", Seed: 7, [0, 1])]);
}
