using DataBright.Ethereum;
using DataBright.Market.Datasets;
using DataBright.Market;
using DataBright.Market.Index;

namespace DataBright.Node.Ledger;

/// <summary>The shards of a dataset, as far as they are told apart, and the numbers of those who brought them.</summary>
internal sealed class ListedShards(LedgerIndex index)
{
    private const int MaxShards = 200;

    public IReadOnlyList<IndexedShard> Of(DatasetId dataset) => FirstOf(dataset).Items;

    /// <summary>With the place of the next where there are more.</summary>
    public Slice<IndexedShard> FirstOf(DatasetId dataset) => index.Datasets.Shards(dataset, new SliceRequest(MaxShards));

    /// <summary>The initiator is 0, others are counted in the order of their first shards: pages colour them by it.</summary>
    public static Dictionary<Address, int> Contributors(IndexedDataset dataset, IReadOnlyList<IndexedShard> shards)
    {
        var numbers = new Dictionary<Address, int> { [dataset.Initiator] = 0 };
        foreach (var shard in shards) numbers.TryAdd(shard.Contributor, numbers.Count);
        return numbers;
    }
}
