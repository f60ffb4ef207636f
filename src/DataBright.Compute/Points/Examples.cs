using System.Buffers.Binary;
using DataBright.Compute.Jobs;
using DataBright.Learning.Examples;
using DataBright.Learning.Networks;
using DataBright.Market.Datasets;

namespace DataBright.Compute.Points;

/// <summary>Data points as the learning engine wants them. A byte becomes byte ÷ 255, a number stays what it is.</summary>
public static class Examples
{
    /// <exception cref="MalformedInputException">The points are not what the architecture takes.</exception>
    public static ExampleSet From(Shard shard, Architecture architecture)
    {
        var input = architecture.Input;
        if (shard.Schema.Features != input.Size)
            throw new MalformedInputException("shard",
                $"its points have {shard.Schema.Features} features; {architecture.Name} takes {input.Size}");
        return new ExampleSet(input, Values(shard), shard.Labels.ToArray());
    }

    /// <summary>Points × features values.</summary>
    public static float[] Values(Shard shard)
    {
        var features = new float[shard.Count * shard.Schema.Features];
        var bytes = shard.Features.Span;
        if (shard.Schema.Element == ElementType.UInt8)
            for (var i = 0; i < features.Length; i++) features[i] = bytes[i] / 255f;
        else
            for (var i = 0; i < features.Length; i++) features[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * i)..]);
        return features;
    }

    /// <summary>What a partition has of one of the plan's shards.</summary>
    /// <param name="shard">The whole shard.</param>
    /// <param name="plan">The job's.</param>
    /// <param name="number">Which of the plan's shards it is.</param>
    /// <param name="partition">Which partition.</param>
    public static Shard Part(Shard shard, JobPlan plan, int number, int partition) =>
        plan.Partitions == 1 ? shard : shard.Select(plan.PlacesOf(number, partition));
}
