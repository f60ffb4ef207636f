using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Node.Descriptions;
using DataBright.Node.Ledger;
using DataBright.Node.Rest;
using DataBright.Node.Shares;

namespace DataBright.Node.Datasets;

/// <summary>Datasets as the index has them, with what their initiators wrote from the blob store.</summary>
internal sealed class DatasetReader(
    LedgerIndex index, DescriptionCache descriptions, ListedShards listed, ImpactReader impact) : IDatasetReader
{
    public Task<Page<DatasetSummary>> ListAsync(Search search, PageRequest page, CancellationToken stop) => IndexPages.ReadAsync(
        page, request => index.Datasets.List(request, search.IsEmpty ? null : search.Words),
        async row => Summary(row, await descriptions.FindAsync(row.Description, stop)));

    public async Task<DatasetFacts?> FindAsync(DatasetId id, CancellationToken stop)
    {
        if (index.Datasets.Find(id) is not { } row) return null;
        var description = await descriptions.FindAsync(row.Description, stop);
        return new DatasetFacts(
            Summary(row, description), description?.Licence, await descriptions.FindSchemaAsync(row.Schema, stop),
            row.Description.ToHash32(), row.Schema.ToHash32(),
            row.HeldOut.ToHash32(), row.VersionRoot, row.ShareToken, row.Supply, row.Claimed, row.BestModel, row.Policy,
            index.Datasets.Curators(id),
            await descriptions.FindMeasurementAsync(row.Measurement, stop))
        {
            Meaning = await descriptions.FindMeaningAsync(row.Description, row.Schema, stop),
            BestToBeat = Fraction.OfPpm(row.BestMetricPpm),
            ReplacedBy = row.ReplacedBy,
            BestByVote = index.IsByVote(row),
        };
    }

    public Task<Page<ShardFacts>?> ShardsAsync(DatasetId id, PageRequest page, CancellationToken stop)
    {
        if (index.Datasets.Find(id) is not { } dataset) return Task.FromResult<Page<ShardFacts>?>(null);
        var numbers = ListedShards.Contributors(dataset, listed.Of(id));
        return Task.FromResult<Page<ShardFacts>?>(IndexPages.Read(page, request => index.Datasets.Shards(id, request),
            row => new ShardFacts(
            row.Number, row.Root, row.Cid, row.Count, row.Contributor, numbers.GetValueOrDefault(row.Contributor, numbers.Count),
            row.Proposal,
            Fraction.OfPpm(row.AccuracyBeforePpm), Fraction.OfPpm(row.AccuracyAfterPpm), row.Minted, row.Delisted, row.Block,
            row.ListedAt)));
    }

    public Task<Page<Shareholding>?> ShareholdersAsync(DatasetId id, PageRequest page, CancellationToken stop) => Task.FromResult(
        index.Datasets.Find(id) is not { } dataset
            ? null
            : IndexPages.Read(page, request => index.Shares.Holders(id, request), row => new Shareholding(
                row.Holder, row.Shares, Fraction.Of(row.Shares.Units, dataset.Supply.Units), row.Claimed)));

    public Task<Page<RevenueEntry>?> RevenueAsync(DatasetId id, PageRequest page, CancellationToken stop) => Task.FromResult(
        index.Datasets.Find(id) is null
            ? null
            : IndexPages.Read(page, request => index.Shares.Deposits(id, request),
                row => new RevenueEntry(row.Block, row.At, row.Payer, row.Amount, row.Supply)));

    public Task<DatasetImpact?> ImpactAsync(DatasetId id, CancellationToken stop) => impact.FindAsync(id, stop);

    private DatasetSummary Summary(IndexedDataset row, Description? description)
    {
        var shards = listed.Of(row.Id);
        var numbers = ListedShards.Contributors(row, shards);
        return new DatasetSummary(
            row.Id, row.Name, row.Symbol, description?.Text, row.Initiator, row.Points, row.Shards, row.Holders, row.OpenProposals,
            row.Revenue,
            Fraction.OfPpm(index.MeasuredBest(row)), row.CreatedAt,
            [.. shards.Where(shard => !shard.Delisted).Select(shard => new ShardSlice(shard.Count,
                numbers.GetValueOrDefault(shard.Contributor)))]);
    }
}
