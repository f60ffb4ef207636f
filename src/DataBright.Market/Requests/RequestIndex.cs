using DataBright.Ethereum;
using DataBright.Market.Index;
using DataBright.Market.Proposals;
using DataBright.Storage.Sql;

namespace DataBright.Market.Requests;

/// <summary>A request with its record.</summary>
/// <param name="Request">As the ledger has it.</param>
/// <param name="Description">Digest of what it is about.</param>
/// <param name="Association">The dataset whose shareholders vote on it; null where nobody does.</param>
/// <param name="VotingEnds">The end of that vote.</param>
/// <param name="Yes">Weight of the votes for it.</param>
/// <param name="No">Weight of the votes against it.</param>
/// <param name="Refunded">What sponsors got back.</param>
/// <param name="Answers">How many answers it has.</param>
public sealed record IndexedRequest(
    DataRequest Request, Digest Description, DatasetId? Association, DateTimeOffset? VotingEnds, ShareAmount Yes, ShareAmount No,
    Money Refunded,
    int Answers, ulong Block, DateTimeOffset OpenedAt);

/// <summary>A dataset that somebody offered as an answer.</summary>
public sealed record IndexedAnswer(RequestId Request, DatasetId Dataset, Address By, string Note, ulong Block, uint Log, DateTimeOffset At);

/// <summary>What a contributor was paid for a shard.</summary>
public sealed record IndexedReward(RequestId Request, Hash32 Shard, Address Contributor, Money Amount, ulong Block, uint Log,
    DateTimeOffset At);

/// <summary>What somebody put into a pot, and got back.</summary>
public sealed record IndexedSponsor(RequestId Request, Address Sponsor, Money Amount, Money Refunded);

/// <summary>A vote of an association on a request.</summary>
public sealed record IndexedRequestVote(RequestId Request, Address Voter, Choice Choice, ShareAmount Weight, string Reason, ulong Block,
    uint Log, DateTimeOffset At);

/// <summary>What somebody has in the pot of a request, with how the pot stands.</summary>
public sealed record IndexedPart(RequestId Request, RequestState State, Money Amount, Money Pot, Money Paid, DateTimeOffset Deadline);

/// <summary>An accepted shard that a request may have to pay for.</summary>
/// <param name="Block">When it was listed; the request pays for what was listed after it adopted the dataset.</param>
public sealed record IndexedRewardDue(RequestId Request, Hash32 Shard, int Count, ulong Block, Money RewardPerPoint, Money Left,
    DateTimeOffset Deadline);

/// <summary>Requests for data in the index.</summary>
public sealed class RequestIndex
{
    private const string Columns = """
        id, state, initiator, schema, reward, deadline, dataset, pot, paid, description, association, voting_ends, yes, no, refunded,
        (SELECT count(*) FROM request_answers WHERE request = requests.id), block, at
        """;

    private readonly IndexFile _file;

    internal RequestIndex(IndexFile file) => _file = file;

    public IndexedRequest? Find(RequestId id) =>
        _file.Read(index => index.First($"SELECT {Columns} FROM requests WHERE id = $1", Read, id));

    /// <summary>Newest first; in one state where one is named.</summary>
    public Slice<IndexedRequest> List(RequestState? state, SliceRequest request)
    {
        long before = request.NumberOr(long.MaxValue);
        var read = _file.Read(index => state is { } only
            ? index.List($"SELECT {Columns} FROM requests WHERE state = $1 AND id < $2 ORDER BY id DESC LIMIT $3", Read, only, before,
                request.Limit + 1)
            : index.List($"SELECT {Columns} FROM requests WHERE id < $1 ORDER BY id DESC LIMIT $2", Read, before, request.Limit + 1));
        return request.Cut(read, one => one.Request.Id.ToString());
    }

    /// <summary>Newest first.</summary>
    public Slice<IndexedAnswer> Answers(RequestId id, SliceRequest request) => Newest(
        "SELECT request, dataset, answerer, note, block, log, at FROM request_answers", id, request,
        row => new IndexedAnswer(row.Id<RequestId>(), row.Id<DatasetId>(), row.Address(), row.Words(), row.Block(), (uint)row.Long(),
            row.Time()),
        one => (one.Block, one.Log));

    /// <summary>Newest first.</summary>
    public Slice<IndexedReward> Rewards(RequestId id, SliceRequest request) => Newest(
        "SELECT request, shard, contributor, amount, block, log, at FROM request_rewards", id, request,
        row => new IndexedReward(row.Id<RequestId>(), row.Hash(), row.Address(), row.Money(), row.Block(), (uint)row.Long(), row.Time()),
        one => (one.Block, one.Log));

    /// <summary>Newest first.</summary>
    public Slice<IndexedRequestVote> Votes(RequestId id, SliceRequest request) => Newest(
        "SELECT request, voter, choice, weight, reason, block, log, at FROM request_votes", id, request,
        row => new IndexedRequestVote(
            row.Id<RequestId>(), row.Address(), (Choice)row.Int(), row.Shares(), row.Words(), row.Block(), (uint)row.Long(), row.Time()),
        one => (one.Block, one.Log));

    /// <summary>Who put money into the pot, in the order of their addresses; at most so many.</summary>
    public IReadOnlyList<IndexedSponsor> Sponsors(RequestId id, int limit) => _file.Read(index => index.List(
        "SELECT request, sponsor, amount, refunded FROM request_sponsors WHERE request = $1 ORDER BY sponsor LIMIT $2",
        row => new IndexedSponsor(row.Id<RequestId>(), row.Address(), row.Money(), row.Money()), id, limit));

    private Slice<T> Newest<T>(string select, RequestId id, SliceRequest request, Func<SqlRow, T> read,
        Func<T, (ulong Block, uint Log)> place)
    {
        var (block, log) = request.NumbersOr(long.MaxValue, long.MaxValue);
        var rows = _file.Read(index => index.List(
            $"{select} WHERE request = $1 AND (block, log) < ($2, $3) ORDER BY block DESC, log DESC LIMIT $4", read, id, block, log,
            request.Limit + 1));
        return request.Cut(rows, one => $"{place(one).Block}.{place(one).Log}");
    }

    /// <summary>Pots into which an account put money that it has not been given back.</summary>
    public IReadOnlyList<IndexedPart> PartsOf(Address sponsor) => _file.Read(index => index.List(
        """
        SELECT id, state, amount, pot, paid, deadline FROM request_sponsors JOIN requests ON requests.id = request
        WHERE sponsor = $1 AND request_sponsors.refunded = zeroblob(16) AND amount > zeroblob(16) ORDER BY id
        """,
        row => new IndexedPart(row.Id<RequestId>(), (RequestState)row.Int(), row.Money(), row.Money(), row.Money(), row.Time()), sponsor));

    /// <summary>
    /// Shards of a contributor in the datasets of open requests that were not paid for, in the order in which they were listed.
    /// </summary>
    public IReadOnlyList<IndexedRewardDue> RewardsDue(Address contributor) => _file.Read(index => index.List(
        """
        SELECT requests.id, root, count, shards.block, reward, pot, paid, deadline FROM shards JOIN requests ON requests.dataset = shards.dataset
        WHERE contributor = $1 AND shards.proposal IS NOT NULL AND delisted = 0 AND state = $2
            AND NOT EXISTS (SELECT 1 FROM request_rewards WHERE request = requests.id AND shard = root)
        ORDER BY requests.id, number
        """,
        row => new IndexedRewardDue(
            row.Id<RequestId>(), row.Hash(), row.Int(), row.Block(), row.Money(), row.Money().Above(row.Money()), row.Time()),
        contributor, RequestState.Listed));

    private static IndexedRequest Read(SqlRow row) => new(
        new DataRequest(
            row.Id<RequestId>(), (RequestState)row.Int(), row.Address(), row.Digest(), row.Money(), row.Time(),
            row.OrNone(row.Id<DatasetId>), row.Money(),
            row.Money()),
        row.Digest(), row.OrNone(row.Id<DatasetId>), row.OrNone(row.Time), row.Shares(), row.Shares(), row.Money(), row.Int(), row.Block(),
        row.Time());
}
