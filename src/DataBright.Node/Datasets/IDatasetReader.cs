using DataBright.Market;
using DataBright.Node.Rest;
using DataBright.Node.Shares;

namespace DataBright.Node.Datasets;

/// <summary>What pages and programs ask about datasets. A list of a dataset that does not exist is null.</summary>
public interface IDatasetReader
{
    /// <summary>Newest first.</summary>
    Task<Page<DatasetSummary>> ListAsync(Search search, PageRequest page, CancellationToken stop);

    Task<DatasetFacts?> FindAsync(DatasetId id, CancellationToken stop);

    Task<Page<ShardFacts>?> ShardsAsync(DatasetId id, PageRequest page, CancellationToken stop);

    Task<Page<Shareholding>?> ShareholdersAsync(DatasetId id, PageRequest page, CancellationToken stop);

    Task<Page<RevenueEntry>?> RevenueAsync(DatasetId id, PageRequest page, CancellationToken stop);

    /// <summary>What each shard and contributor brought, and earned.</summary>
    Task<DatasetImpact?> ImpactAsync(DatasetId id, CancellationToken stop);
}
