using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Index;
using DataBright.Node.Datasets;
using DataBright.Node.Rest;
using DataBright.Node.Shares;

namespace DataBright.Node.Ledger;

internal sealed partial class IndexedMarket
{
    private const int MaxSlices = 200;

    public Task<Page<DatasetSummary>> DatasetsAsync(Search search, PageRequest page, CancellationToken stop) =>
        PageAsync(page, request => index.Datasets.List(request, search.IsEmpty ? null : search.Words), async row => Summary(row, await descriptions.FindAsync(row.Description, stop)));

    public async Task<DatasetFacts?> DatasetAsync(DatasetId id, CancellationToken stop)
    {
        if (index.Datasets.Find(id) is not { } row) return null;
        var description = await descriptions.FindAsync(row.Description, stop);
        return new DatasetFacts(
            Summary(row, description), description?.Licence, await descriptions.FindSchemaAsync(row.Schema, stop), row.Description.ToHash32(), row.Schema.ToHash32(),
            row.HeldOut.ToHash32(), row.VersionRoot, row.ShareToken, row.Supply, row.Claimed, row.BestModel, row.Policy, index.Datasets.Curators(id),
            await descriptions.FindMeasurementAsync(row.Measurement, stop))
        {
            Meaning = await descriptions.FindMeaningAsync(row.Description, row.Schema, stop),
            BestToBeat = PpmOf(row.BestMetricPpm),
            ReplacedBy = row.ReplacedBy,
            BestByVote = index.IsByVote(row),
        };
    }

    public async Task<Page<ShardFacts>?> ShardsAsync(DatasetId id, PageRequest page, CancellationToken stop)
    {
        if (index.Datasets.Find(id) is not { } dataset) return null;
        var numbers = Contributors(dataset, Shards(id));
        return await PageAsync(page, request => index.Datasets.Shards(id, request), row => new ShardFacts(
            row.Number, row.Root, row.Cid, row.Count, row.Contributor, numbers.GetValueOrDefault(row.Contributor, numbers.Count), row.Proposal,
            PpmOf(row.AccuracyBeforePpm), PpmOf(row.AccuracyAfterPpm), row.Minted, row.Delisted, row.Block, row.ListedAt));
    }

    public async Task<Page<Shareholding>?> ShareholdersAsync(DatasetId id, PageRequest page, CancellationToken stop) =>
        index.Datasets.Find(id) is not { } dataset
            ? null
            : await PageAsync(page, request => index.Shares.Holders(id, request), row => new Shareholding(
                row.Holder, row.Shares, Fraction.Of(row.Shares.Units, dataset.Supply.Units), row.Claimed));

    public async Task<Page<RevenueEntry>?> RevenueAsync(DatasetId id, PageRequest page, CancellationToken stop) =>
        index.Datasets.Find(id) is null
            ? null
            : await PageAsync(page, request => index.Shares.Deposits(id, request), row => new RevenueEntry(row.Block, row.At, row.Payer, row.Amount, row.Supply));

    private DatasetSummary Summary(IndexedDataset row, Description? description)
    {
        var shards = Shards(row.Id);
        var numbers = Contributors(row, shards);
        return new DatasetSummary(
            row.Id, row.Name, row.Symbol, description?.Text, row.Initiator, row.Points, row.Shards, row.Holders, row.OpenProposals, row.Revenue,
            PpmOf(index.MeasuredBest(row)), row.CreatedAt,
            [.. shards.Where(shard => !shard.Delisted).Select(shard => new ShardSlice(shard.Count, numbers.GetValueOrDefault(shard.Contributor)))]);
    }

    private IReadOnlyList<IndexedShard> Shards(DatasetId id) => index.Datasets.Shards(id, new SliceRequest(MaxSlices)).Items;

    private static Dictionary<Address, int> Contributors(IndexedDataset dataset, IReadOnlyList<IndexedShard> shards)
    {
        var numbers = new Dictionary<Address, int> { [dataset.Initiator] = 0 };
        foreach (var shard in shards) numbers.TryAdd(shard.Contributor, numbers.Count);
        return numbers;
    }

    private static Fraction? PpmOf(long? partsPerMillion) => partsPerMillion is { } parts ? new Fraction(parts) : null;
}
