using System.Text.Json.Serialization;
using DataBright.Ethereum;
using DataBright.Market.Index;
using DataBright.Storage;
using DataBright.Storage.Sql;

namespace DataBright.Market.Models;

/// <summary>A model with everything its registration said.</summary>
/// <param name="Job">The job whose result it is, which attests the metric; null if it was trained elsewhere.</param>
/// <param name="MetricPpm">As it was registered, measured or not; whoever shows it shows one of <see cref="AccuracyPpm"/> and
/// <see cref="ClaimedPpm"/>.</param>
/// <param name="Best">What its dataset's proposals are measured from now.</param>
/// <param name="Card">Digest of its card; null where there is none.</param>
/// <param name="IsPrivate">Its weights are in an envelope.</param>
/// <param name="RoyaltyBps">What it asks of models made from it.</param>
/// <param name="Income">All it ever earned by predictions and royalties, the workers' parts not included.</param>
/// <param name="Earned">What of that has not been distributed.</param>
public sealed record IndexedModel(
    ModelId Id, DatasetId Dataset, Address Owner, Digest Checkpoint, Digest Architecture, Cid? Cid, JobId? Job,
    [property: JsonIgnore] long MetricPpm, Money Price, bool Best,
    Digest? Card, bool IsPrivate, int RoyaltyBps, Money Income, Money Earned, ulong Block, DateTimeOffset RegisteredAt)
{
    /// <summary>What the market measured, in parts per million; null where nobody did.</summary>
    public long? AccuracyPpm => Job is null ? null : MetricPpm;

    /// <summary>What its owner says and nobody measured; null where a job attests the figure.</summary>
    public long? ClaimedPpm => Job is null ? MetricPpm : null;
}

/// <summary>A model's earnings that nobody has distributed, or one between such a model and its ancestors.</summary>
public sealed record IndexedEarner(ModelId Model, Address Owner, DatasetId Dataset, int RoyaltyBps, Money Earned);

/// <summary>Models in the index.</summary>
public sealed class ModelIndex
{
    private const string Columns = """
        id, dataset, owner, checkpoint, architecture, cid, job, metric, price,
        coalesce((SELECT best_model = models.id FROM datasets WHERE id = models.dataset), 0), card, private, royalty, income, earned, block, at
        """;

    private readonly IndexFile _file;

    internal ModelIndex(IndexFile file) => _file = file;

    public IndexedModel? Find(ModelId id) => _file.Read(index => index.First($"SELECT {Columns} FROM models WHERE id = $1", Read, id));

    /// <summary>The first model that was registered from a job; null if none was.</summary>
    public IndexedModel? OfJob(JobId job) =>
        _file.Read(index => index.First($"SELECT {Columns} FROM models WHERE job = $1 ORDER BY id", Read, job));

    /// <summary>The first model that was registered with these parameters; null if none was.</summary>
    /// <param name="attested">Whether only results of jobs count, and what an owner's word says does not.</param>
    public IndexedModel? OfCheckpoint(Digest checkpoint, bool attested) => _file.Read(index => index.First(
        $"SELECT {Columns} FROM models WHERE checkpoint = $1 AND (job IS NOT NULL OR $2 = 0) ORDER BY id", Read, checkpoint,
        attested ? 1L : 0L));

    /// <summary>Newest first; of one dataset where one is named.</summary>
    public Slice<IndexedModel> List(DatasetId? dataset, SliceRequest request)
    {
        long before = request.NumberOr(long.MaxValue);
        var read = _file.Read(index => dataset is { } of
            ? index.List($"SELECT {Columns} FROM models WHERE dataset = $1 AND id < $2 ORDER BY id DESC LIMIT $3", Read, of, before,
                request.Limit + 1)
            : index.List($"SELECT {Columns} FROM models WHERE id < $1 ORDER BY id DESC LIMIT $2", Read, before, request.Limit + 1));
        return request.Cut(read, model => model.Id.ToString());
    }

    /// <summary>The models that a model names as its parents, in ascending order.</summary>
    public IReadOnlyList<ModelId> ParentsOf(ModelId id) => _file.Read(index => index.List(
        "SELECT parent FROM model_parents WHERE model = $1 ORDER BY parent", row => row.Id<ModelId>(), id));

    /// <summary>Models that name this one as a parent, in ascending order; at most so many.</summary>
    public IReadOnlyList<ModelId> ChildrenOf(ModelId id, int limit) => _file.Read(index => index.List(
        "SELECT model FROM model_parents WHERE parent = $1 ORDER BY model LIMIT $2", row => row.Id<ModelId>(), id, limit));

    /// <summary>
    /// Models with earnings that nobody has distributed, and all their ancestors, the youngest first: a child comes before its parents.
    /// </summary>
    public IReadOnlyList<IndexedEarner> Earners() => _file.Read(index => index.List(
        """
        WITH RECURSIVE line (id) AS (
            SELECT id FROM models WHERE earned > zeroblob(16)
            UNION SELECT parent FROM model_parents JOIN line ON model = line.id)
        SELECT id, owner, dataset, royalty, earned FROM models WHERE id IN line ORDER BY id DESC
        """,
        row => new IndexedEarner(row.Id<ModelId>(), row.Address(), row.Id<DatasetId>(), row.Int(), row.Money())));

    private static IndexedModel Read(SqlRow row) => new(
        row.Id<ModelId>(), row.Id<DatasetId>(), row.Address(), row.Digest(), row.Digest(), row.Cid(), row.OrNone(row.Id<JobId>), row.Long(),
        row.Money(),
        row.Bool(), row.OrNone(row.Digest), row.Bool(), row.Int(), row.Money(), row.Money(), row.Block(), row.Time());
}
