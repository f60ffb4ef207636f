using DataBright.Learning.Networks;
using DataBright.Market;
using DataBright.Market.Index;
using DataBright.Market.Models;
using DataBright.Node.Descriptions;
using DataBright.Node.Ledger;
using DataBright.Node.Rest;

namespace DataBright.Node.Models;

/// <summary>Models as the index has them, with their cards from the blob store.</summary>
internal sealed class ModelReader(
    LedgerIndex index, DescriptionCache descriptions, DatasetNames names, ModelLineages lineages) : IModelReader
{
    private const int MaxWorkers = 50, MaxNameable = 200;

    private static readonly Dictionary<Digest, string> ArchitectureNames = Architectures.All.ToDictionary(
        architecture => architecture.Hash, architecture => architecture.Name switch
    {
        "lenet-5" => "LeNet-5",
        "softmax-regression" => "Softmax regression",
        "text-classifier" => "Text classifier",
        "resnet-20" => "ResNet-20",
        var name => name.ToUpperInvariant(),
    });

    public Task<Page<ModelSummary>> ListAsync(DatasetId? dataset, PageRequest page, CancellationToken stop)
    {
        var name = names.ForList();
        return Task.FromResult(IndexPages.Read(page, request => index.Models.List(dataset, request),
            row => Summary(row, name(row.Dataset))));
    }

    public Task<IReadOnlyList<ModelSummary>> NameableAsync(DatasetId dataset, CancellationToken stop)
    {
        var (rows, name) = (index.Models.List(dataset, new SliceRequest(MaxNameable)).Items, names.Of(dataset));
        return Task.FromResult<IReadOnlyList<ModelSummary>>([.. rows.Where(row => !row.IsPrivate).Select(row => Summary(row, name))]);
    }

    public async Task<ModelFacts?> FindAsync(ModelId id, CancellationToken stop)
    {
        if (index.Models.Find(id) is not { } row) return null;
        var dataset = index.Datasets.Find(row.Dataset);
        var card = row.Card is { } digest ? await descriptions.FindAsync(digest, stop) : null;
        return new ModelFacts(
            Summary(row, names.Of(row.Dataset)), row.Checkpoint.ToHash32(), row.Architecture.ToHash32(), row.Cid, row.Job,
            index.Models.ParentsOf(id), lineages.Of(row),
            row.Card?.ToHash32(), card?.Text, card?.Licence, row.IsPrivate, IncomeOf(row),
            [.. index.Predictions.WorkersOf(id, MaxWorkers).Select(worker => new ModelWorker(worker.Worker,
                Fraction.OfBasisPoints(worker.WorkerBps)))])
        { Classes = dataset is null ? null : (await descriptions.FindMeaningAsync(dataset.Description, dataset.Schema, stop))?.Classes };
    }

    public Task<Page<ChannelFacts>?> ChannelsAsync(ModelId id, PageRequest page, CancellationToken stop) =>
        Task.FromResult(index.Models.Find(id) is null
        ? null
        : IndexPages.Read(page, request => index.Predictions.ChannelsOf(id, request), row => new ChannelFacts(
            row.Channel.Id, row.Channel.State, row.Channel.Buyer, row.Channel.Worker, Fraction.OfBasisPoints(row.Channel.WorkerBps),
            row.Channel.Deposit,
            row.Channel.Settled, row.Settlements, row.OpenedAt, row.Channel.ClosesAt)));

    public Task<Page<DistributionFacts>?> DistributionsAsync(ModelId id, PageRequest page, CancellationToken stop) =>
        Task.FromResult(index.Models.Find(id) is null
        ? null
        : IndexPages.Read(page, request => index.Predictions.Distributions(id, request), row => new DistributionFacts(
            row.Block, row.At, row.Amount, row.DatasetPart, row.OwnerPart, row.Amount.Above(row.DatasetPart).Above(row.OwnerPart))));

    public Task<Page<RoyaltyFacts>?> RoyaltiesAsync(ModelId id, PageRequest page, CancellationToken stop) =>
        Task.FromResult(index.Models.Find(id) is null
        ? null
        : IndexPages.Read(page, request => index.Predictions.RoyaltiesTo(id, request),
            row => new RoyaltyFacts(row.Block, row.At, row.Model, row.Amount)));

    private ModelIncome IncomeOf(IndexedModel row) => new(
        row.Income, row.Income.Above(row.Earned), Fraction.OfBasisPoints(row.RoyaltyBps),
        Fraction.OfBasisPoints(index.Datasets.Find(row.Dataset)?.Policy.RoyaltyBps ?? 0));

    private static ModelSummary Summary(IndexedModel row, string datasetName) => new(
        row.Id, ArchitectureNames.GetValueOrDefault(row.Architecture), row.Dataset, datasetName, row.Owner,
        Fraction.OfPpm(row.AccuracyPpm), Fraction.OfPpm(row.ClaimedPpm), row.Job is not null, row.Best,
        row.Price, row.RegisteredAt);
}
