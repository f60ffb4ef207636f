using DataBright.Compute.Jobs;
using DataBright.Market.Datasets;

namespace DataBright.Compute.Points;

/// <summary>Where a trusted device reads the points of a dataset. What it returns has the root that was asked for.</summary>
public interface IShardSource
{
    /// <exception cref="ShardUnreadableException">The shard is missing, damaged, sealed to others, or not the one that the ledger knows.</exception>
    Task<Shard> ReadAsync(ShardReference shard, CancellationToken stop);
}

/// <summary>A shard cannot be used. The message says which and why.</summary>
public sealed class ShardUnreadableException(ShardReference shard, string problem, Exception? cause = null)
    : Exception($"The shard {shard.Root} ({shard.Cid}) cannot be used: {problem}", cause)
{
    public ShardReference Shard { get; } = shard;
}
