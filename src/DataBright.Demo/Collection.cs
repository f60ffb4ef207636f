using DataBright.Compute.Jobs;
using DataBright.Market;
using DataBright.Market.Datasets;

namespace DataBright.Demo;

/// <summary>The dataset of the story as it grows.</summary>
internal sealed class Collection(DatasetId id, ShardReference heldOut)
{
    public DatasetId Id => id;

    /// <summary>Some of the test images: the dataset's held-out set, on which proposals and models are measured.</summary>
    public ShardReference HeldOut => heldOut;

    public List<ShardReference> Listed { get; } = [];

    public KnownPoints Known { get; } = new();

    /// <summary>Who holds shares, in the order in which they came.</summary>
    /// <summary>The request that the dataset answers.</summary>
    public RequestId Request { get; init; }

    public List<string> Shareholders { get; } = [];

    public void Add(ShardReference reference, Shard shard)
    {
        Listed.Add(reference);
        Known.Add(shard);
    }
}
