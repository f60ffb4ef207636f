using DataBright.Learning;
using DataBright.Learning.Networks;
using DataBright.Market;
using DataBright.Market.Index;
using DataBright.Market.Models;
using DataBright.Node.Models;
using DataBright.Node.Rest;
using DataBright.Node.Web;

namespace DataBright.Node.Ledger;

internal sealed partial class IndexedMarket
{
    private const int MaxWorkers = 50, MaxNameable = 200;

    private static readonly Dictionary<Digest, string> ArchitectureNames = Architectures.All.ToDictionary(architecture => architecture.Hash, architecture => architecture.Name switch
    {
        "lenet-5" => "LeNet-5",
        "softmax-regression" => "Softmax regression",
        "text-classifier" => "Text classifier",
        "resnet-20" => "ResNet-20",
        var name => name.ToUpperInvariant(),
    });

    public Task<Page<ModelSummary>> ModelsAsync(DatasetId? dataset, PageRequest page, CancellationToken stop)
    {
        var names = Names();
        return PageAsync(page, request => index.Models.List(dataset, request), row => Summary(row, names(row.Dataset)));
    }

    public Task<IReadOnlyList<ModelSummary>> NameableModelsAsync(DatasetId dataset, CancellationToken stop)
    {
        var (rows, name) = (index.Models.List(dataset, new SliceRequest(MaxNameable)).Items, NameOf(dataset));
        return Task.FromResult<IReadOnlyList<ModelSummary>>([.. rows.Where(row => !row.IsPrivate).Select(row => Summary(row, name))]);
    }

    public async Task<ModelFacts?> ModelAsync(ModelId id, CancellationToken stop)
    {
        if (index.Models.Find(id) is not { } row) return null;
        var dataset = index.Datasets.Find(row.Dataset);
        var card = row.Card is { } digest ? await descriptions.FindAsync(digest, stop) : null;
        return new ModelFacts(
            Summary(row, NameOf(row.Dataset)), row.Checkpoint.ToHash32(), row.Architecture.ToHash32(), row.Cid, row.Job, index.Models.ParentsOf(id), LineageOf(row),
            row.Card?.ToHash32(), card?.Text, card?.Licence, row.IsPrivate, IncomeOf(row),
            [.. index.Predictions.WorkersOf(id, MaxWorkers).Select(worker => new ModelWorker(worker.Worker, Fraction.OfBasisPoints(worker.WorkerBps)))])
        { Classes = dataset is null ? null : (await descriptions.FindMeaningAsync(dataset.Description, dataset.Schema, stop))?.Classes };
    }

    public async Task<Page<ChannelFacts>?> ChannelsAsync(ModelId id, PageRequest page, CancellationToken stop) => index.Models.Find(id) is null
        ? null
        : await PageAsync(page, request => index.Predictions.ChannelsOf(id, request), row => new ChannelFacts(
            row.Channel.Id, row.Channel.State, row.Channel.Buyer, row.Channel.Worker, Fraction.OfBasisPoints(row.Channel.WorkerBps), row.Channel.Deposit,
            row.Channel.Settled, row.Settlements, row.OpenedAt, row.Channel.ClosesAt));

    public async Task<Page<DistributionFacts>?> DistributionsAsync(ModelId id, PageRequest page, CancellationToken stop) => index.Models.Find(id) is null
        ? null
        : await PageAsync(page, request => index.Predictions.Distributions(id, request), row => new DistributionFacts(
            row.Block, row.At, row.Amount, row.DatasetPart, row.OwnerPart, row.Amount.Above(row.DatasetPart).Above(row.OwnerPart)));

    public async Task<Page<RoyaltyFacts>?> RoyaltiesAsync(ModelId id, PageRequest page, CancellationToken stop) => index.Models.Find(id) is null
        ? null
        : await PageAsync(page, request => index.Predictions.RoyaltiesTo(id, request), row => new RoyaltyFacts(row.Block, row.At, row.Model, row.Amount));

    private ModelIncome IncomeOf(IndexedModel row) => new(
        row.Income, row.Income.Above(row.Earned), Fraction.OfBasisPoints(row.RoyaltyBps), Fraction.OfBasisPoints(index.Datasets.Find(row.Dataset)?.Policy.RoyaltyBps ?? 0));

    private static ModelSummary Summary(IndexedModel row, string datasetName) => new(
        row.Id, ArchitectureNames.GetValueOrDefault(row.Architecture), row.Dataset, datasetName, row.Owner, PpmOf(row.AccuracyPpm), PpmOf(row.ClaimedPpm), row.Job is not null, row.Best,
        row.Price, row.RegisteredAt);

    /// <summary>The model's ancestors and its children, as many as can be drawn.</summary>
    private Lineage LineageOf(IndexedModel model)
    {
        const int MaxNodes = 24, MaxChildren = 6;
        var graph = new LineageDrawing();
        bool complete = true;
        var waiting = new Queue<IndexedModel>([model]);
        while (waiting.TryDequeue(out var next))
        {
            int drawn = DrawWithOrigin(graph, next);
            foreach (var parent in index.Models.ParentsOf(next.Id).Select(index.Models.Find).OfType<IndexedModel>())
            {
                bool isNew = !graph.Has(LineageKind.Model, parent.Id.Value);
                if (isNew && graph.Count >= MaxNodes)
                {
                    complete = false;
                    continue;
                }
                graph.Join(graph.Add(LineageKind.Model, parent.Id.Value, $"Model {parent.Id}", NoteOf(parent)), drawn);
                if (isNew) waiting.Enqueue(parent);
            }
        }
        var children = index.Models.ChildrenOf(model.Id, MaxChildren + 1);
        foreach (var child in children.Take(MaxChildren).Select(index.Models.Find).OfType<IndexedModel>())
            graph.Join(graph.Add(LineageKind.Model, model.Id.Value, "", null), graph.Add(LineageKind.Model, child.Id.Value, $"Model {child.Id}", NoteOf(child)));
        return graph.Drawn(complete && children.Count <= MaxChildren);
    }

    /// <summary>Its accuracy, and what it asks of the models below it.</summary>
    private static string NoteOf(IndexedModel model)
    {
        var figure = new Fraction(model.MetricPpm).ToPercent();
        var accuracy = model.Job is null ? $"claims {figure}" : figure;
        return model.RoyaltyBps == 0 ? accuracy : $"{accuracy}, asks {Fraction.OfBasisPoints(model.RoyaltyBps).ToPercent(0)}";
    }

    /// <summary>Draws a model with its job and dataset.</summary>
    /// <returns>What its parents lead to: the job, or the model itself where none stands behind it.</returns>
    private int DrawWithOrigin(LineageDrawing graph, IndexedModel model)
    {
        int itself = graph.Add(LineageKind.Model, model.Id.Value, $"Model {model.Id}", NoteOf(model));
        var dataset = index.Datasets.Find(model.Dataset);
        int origin = graph.Add(LineageKind.Dataset, model.Dataset.Value, dataset?.Name ?? $"Dataset {model.Dataset}", dataset is null ? null : Wording.Count(dataset.Points, "point"));
        if (model.Job is not { } job)
        {
            graph.Join(origin, itself);
            return itself;
        }
        int convictions = index.Jobs.Find(job)?.Convictions ?? 0;
        int work = graph.Add(LineageKind.Job, job.Value, $"Training job {job}", convictions == 0 ? null : Wording.Count(convictions, "conviction"));
        graph.Join(origin, work);
        graph.Join(work, itself);
        return work;
    }
}
