using DataBright.Compute.Jobs;
using DataBright.Market;
using DataBright.Market.Datasets;

namespace DataBright.Compute.Points;

/// <summary>Where a trusted device reads the points of a dataset. What it returns has the root that was asked for.</summary>
public interface IShardSource
{
    /// <summary>
    /// Points that a dataset lists, or is offered. A sealed shard is opened for the dataset that it was sealed for alone.
    /// </summary>
    /// <exception cref="ShardUnreadableException">The shard is missing, damaged, sealed to others, or not the one that the ledger
    /// knows.</exception>
    Task<Shard> ReadAsync(DatasetId dataset, ShardReference shard, CancellationToken stop);

    /// <summary>The points that a dataset is measured on. A private set is opened for its founder's datasets alone.</summary>
    /// <inheritdoc cref="ReadAsync"/>
    Task<Shard> ReadHeldOutAsync(DatasetId dataset, ShardReference heldOut, CancellationToken stop);
}

/// <summary>A shard cannot be used. The message says which and why.</summary>
public sealed class ShardUnreadableException(ShardReference shard, string problem, Exception? cause = null)
    : DataBrightException(FailureKind.Damaged, $"The shard {shard.Root} ({shard.Cid}) cannot be used: {problem}", cause)
{
    public ShardReference Shard { get; } = shard;
}
