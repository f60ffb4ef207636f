using System.Collections.Concurrent;
using DataBright.Compute.Jobs;
using DataBright.Ethereum;
using DataBright.Market.Datasets;

namespace DataBright.Compute.Points;

/// <summary>The points that a job uses of its shards: all, but for the copies among those that an evaluation measures.</summary>
public sealed class MeasuredPoints(IShardSource shards)
{
    /// <summary>To compare an offer with a dataset takes seconds, and each part of it is asked for by itself.</summary>
    private const int MaxRemembered = 32;

    private readonly ConcurrentDictionary<Hash32, Task<IReadOnlyList<int>>> _known = [];

    /// <summary>The points of one shard that are used.</summary>
    /// <exception cref="MalformedInputException">Another number of points was left out than are copies.</exception>
    public async Task<Shard> ReadAsync(JobPlan plan, int shard, CancellationToken stop)
    {
        var whole = await shards.ReadAsync(plan.Dataset, plan.Shards[shard], stop);
        if (shard != plan.ProposedShard) return whole;
        var copies = await CopiesAsync(plan, stop);
        if (copies.Count != plan.LeftOut.Points)
            throw new MalformedInputException("measurement",
                $"{plan.LeftOut.Points} points of the offer are left out, and {copies.Count} are copies");
        return copies.Count == 0 ? whole : whole.Select([.. Enumerable.Range(0, whole.Count).Except(copies)]);
    }

    /// <summary>The points that a task repeats in place of proposed ones, in the order in which they were drawn; one at least.</summary>
    /// <inheritdoc cref="ReadAsync"/>
    public async Task<Shard> RepeatedAsync(JobPlan plan, TaskKey task, CancellationToken stop)
    {
        var drawn = plan.RepeatedIn(task);
        var from = new Dictionary<int, Shard>();
        foreach (var (shard, _) in drawn)
            if (!from.ContainsKey(shard)) from[shard] = await ReadAsync(plan, shard, stop);
        // One may say fewer classes than another, and hold points of the same form.
        var schema = from.Values.MaxBy(shard => shard.Schema.Classes)!.Schema;
        if (from.Values.FirstOrDefault(shard => shard.Schema.Element != schema.Element || !shard.Schema.Shape.SequenceEqual(schema.Shape))
            is { } other) throw new MalformedInputException("shard", $"its points are {other.Schema}, and those of another shard {schema}");
        var features = new byte[drawn.Count * schema.FeatureBytes];
        for (var i = 0; i < drawn.Count; i++)
            from[drawn[i].Shard][drawn[i].Place].Features.CopyTo(features.AsMemory(i * schema.FeatureBytes));
        return new Shard(schema, features, [.. drawn.Select(point => from[point.Shard].Labels[point.Place])]);
    }

    /// <summary>
    /// Places of the proposed shard whose points are copies, exact or near, of the dataset, of the held-out set, or of the offer itself.
    /// </summary>
    /// <exception cref="OfferTooLargeException">There are more new points than can be compared.</exception>
    public async Task<IReadOnlyList<int>> CopiesAsync(JobPlan plan, CancellationToken stop)
    {
        var place = plan.ProposedShard;
        if (place < 0) return [];
        var key = KeyOf(plan, place);
        // One comparison serves all who ask, so it does not end with the first who leaves.
        var begun = new Lazy<Task<IReadOnlyList<int>>>(() => Task.Run(() => CompareAsync(plan, place), CancellationToken.None));
        var found = _known.GetOrAdd(key, _ => begun.Value);
        try
        {
            return await found.WaitAsync(stop);
        }
        catch (Exception) when (found.IsFaulted)
        {
            _known.TryRemove(new(key, found));
            throw;
        }
    }

    private async Task<IReadOnlyList<int>> CompareAsync(JobPlan plan, int place)
    {
        if (_known.Count > MaxRemembered) _known.Clear();
        var others = new List<Shard>();
        foreach (var other in plan.Shards.Where((_, shard) => shard != place))
            others.Add(await shards.ReadAsync(plan.Dataset, other, CancellationToken.None));
        others.Add(await shards.ReadHeldOutAsync(plan.Dataset, plan.HeldOut, CancellationToken.None));
        return OfferedCopies.Of(others, await shards.ReadAsync(plan.Dataset, plan.Shards[place], CancellationToken.None),
            CancellationToken.None);
    }

    private static Hash32 KeyOf(JobPlan plan, int place) =>
        Keccak.Hash([.. plan.Shards[place].Root.AsSpan(), .. plan.HeldOut.Root.AsSpan(),
            .. plan.Shards.Where((_, shard) => shard != place).SelectMany(other => other.Root.AsSpan().ToArray())]);
}
