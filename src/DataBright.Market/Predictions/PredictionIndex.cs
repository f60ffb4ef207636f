using DataBright.Ethereum;
using DataBright.Market.Index;
using DataBright.Market.Shares;
using DataBright.Storage.Sql;

namespace DataBright.Market.Predictions;

/// <summary>A channel with its record.</summary>
/// <param name="Channel">As the ledger has it.</param>
/// <param name="Settlements">How often vouchers were settled on it.</param>
/// <param name="OpenedAt">When it was opened.</param>
public sealed record IndexedChannel(Channel Channel, int Settlements, ulong Block, DateTimeOffset OpenedAt);

/// <summary>A worker that a model's owner lets serve it.</summary>
/// <param name="WorkerBps">Its part of what buyers pay.</param>
public sealed record IndexedAppointment(ModelId Model, Address Worker, int WorkerBps);

/// <summary>A distribution of a model's earnings, without its royalties.</summary>
public sealed record IndexedDistribution(ModelId Model, Money Amount, Money DatasetPart, Money OwnerPart, ulong Block, uint Log,
    DateTimeOffset At);

/// <summary>A part of a model's earnings that became its parent's.</summary>
public sealed record IndexedRoyalty(ModelId Model, ModelId Parent, Money Amount, ulong Block, uint Log, DateTimeOffset At);

/// <summary>Prediction channels and what models earned by them.</summary>
public sealed class PredictionIndex
{
    private const string Columns =
        "id, state, buyer, signer, worker, model, worker_bps, deposit, settled, closes_at, settlements, block, at";

    private readonly IndexFile _file;
    private readonly Address _contract;

    internal PredictionIndex(IndexFile file, Address contract) => (_file, _contract) = (file, contract);

    public IndexedChannel? Find(ChannelId id) =>
        _file.Read(index => index.First($"SELECT {Columns} FROM channels WHERE id = $1", Read, id));

    /// <summary>Channels in which an account is the buyer or the worker, newest first.</summary>
    public Slice<IndexedChannel> ChannelsOf(Address party, SliceRequest request) => Cut(request, before => _file.Read(index => index.List(
        $"SELECT {Columns} FROM channels WHERE (buyer = $1 OR worker = $1) AND id < $2 ORDER BY id DESC LIMIT $3", Read, party, before,
        request.Limit + 1)));

    /// <summary>Channels of a model, newest first.</summary>
    public Slice<IndexedChannel> ChannelsOf(ModelId model, SliceRequest request) => Cut(request, before => _file.Read(index => index.List(
        $"SELECT {Columns} FROM channels WHERE model = $1 AND id < $2 ORDER BY id DESC LIMIT $3", Read, model, before, request.Limit + 1)));

    /// <summary>Who serves a model besides its owner, in the order of their addresses; at most so many.</summary>
    public IReadOnlyList<IndexedAppointment> WorkersOf(ModelId model, int limit) => _file.Read(index => index.List(
        "SELECT model, worker, worker_bps FROM appointments WHERE model = $1 AND serves = 1 ORDER BY worker LIMIT $2",
        row => new IndexedAppointment(row.Id<ModelId>(), row.Address(), row.Int()), model, limit));

    /// <summary>Newest first.</summary>
    public Slice<IndexedDistribution> Distributions(ModelId model, SliceRequest request)
    {
        var (block, log) = request.NumbersOr(long.MaxValue, long.MaxValue);
        var read = _file.Read(index => index.List(
            """
            SELECT model, amount, dataset_part, owner_part, block, log, at FROM distributions
            WHERE model = $1 AND (block, log) < ($2, $3) ORDER BY block DESC, log DESC LIMIT $4
            """,
            row => new IndexedDistribution(row.Id<ModelId>(), row.Money(), row.Money(), row.Money(), row.Block(), (uint)row.Long(),
                row.Time()),
            model, block, log, request.Limit + 1));
        return request.Cut(read, item => $"{item.Block}.{item.Log}");
    }

    /// <summary>What a model got of its children's earnings, newest first.</summary>
    public Slice<IndexedRoyalty> RoyaltiesTo(ModelId parent, SliceRequest request)
    {
        var (block, log) = request.NumbersOr(long.MaxValue, long.MaxValue);
        var read = _file.Read(index => index.List(
            """
            SELECT model, parent, amount, block, log, at FROM royalties
            WHERE parent = $1 AND (block, log) < ($2, $3) ORDER BY block DESC, log DESC LIMIT $4
            """,
            row => new IndexedRoyalty(row.Id<ModelId>(), row.Id<ModelId>(), row.Money(), row.Block(), (uint)row.Long(), row.Time()),
            parent, block, log, request.Limit + 1));
        return request.Cut(read, item => $"{item.Block}.{item.Log}");
    }

    /// <summary>What predictions owe an account, and what it has withdrawn.</summary>
    public IndexedCredit CreditOf(Address account) => _file.Read(index => index.First(
        "SELECT account, owed, withdrawn FROM contract_credits WHERE account = $1 AND contract = $2",
        row => new IndexedCredit(row.Address(), row.Money(), row.Money()), account, _contract))
        ?? new IndexedCredit(account, Money.Zero, Money.Zero);

    /// <summary>A buyer's channels that are not closed.</summary>
    public IReadOnlyList<Channel> OpenOf(Address buyer) => [.. _file.Read(index => index.List(
        $"SELECT {Columns} FROM channels WHERE buyer = $1 AND state <> $2 ORDER BY id", Read, buyer, ChannelState.Closed))
        .Select(one => one.Channel)];

    private static Slice<IndexedChannel> Cut(SliceRequest request, Func<long, IReadOnlyList<IndexedChannel>> read) =>
        request.Cut(read(request.NumberOr(long.MaxValue)), channel => channel.Channel.Id.ToString());

    private static IndexedChannel Read(SqlRow row) => new(
        new Channel(
            row.Id<ChannelId>(), (ChannelState)row.Int(), row.Address(), row.Address(), row.Address(), row.Id<ModelId>(), row.Int(),
            row.Money(),
            row.Money(), row.OrNone(row.Time)),
        row.Int(), row.Block(), row.Time());
}
