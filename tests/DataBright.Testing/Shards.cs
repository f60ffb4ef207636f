using System.Runtime.InteropServices;
using DataBright.Market.Datasets;

namespace DataBright.Testing;

public static class Shards
{
    public static DataSchema Images { get; } = new(ElementType.UInt8, [1, 28, 28], 10);

    public static Shard Random(int count, int seed)
    {
        var random = new Random(seed);
        var features = new byte[count * Images.FeatureBytes];
        random.NextBytes(features);
        return new Shard(Images, features, [.. Enumerable.Range(0, count).Select(_ => random.Next(10))]);
    }

    public static Shard RandomFloats(int count, int seed)
    {
        var random = new Random(seed);
        var schema = new DataSchema(ElementType.Float32, [3, 5], 2);
        var features = Enumerable.Range(0, count * schema.Features).Select(_ => random.NextSingle() * 100 - 50).ToArray();
        return new Shard(schema, MemoryMarshal.AsBytes(features.AsSpan()).ToArray(),
            [.. Enumerable.Range(0, count).Select(_ => random.Next(2))]);
    }

    public static Shard Join(params Shard[] shards) => new(
        shards[0].Schema, shards.SelectMany(shard => shard.Features.ToArray()).ToArray(), [.. shards.SelectMany(shard => shard.Labels)]);
}
