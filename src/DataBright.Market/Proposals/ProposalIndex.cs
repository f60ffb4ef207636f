using DataBright.Ethereum;
using DataBright.Market.Index;
using DataBright.Storage;
using DataBright.Storage.Sql;

namespace DataBright.Market.Proposals;

/// <summary>The measured effect of a proposal: of several measurements the one in the middle.</summary>
/// <param name="LowPpm">The lower end of the gain's 95 % interval, which shares follow.</param>
/// <param name="Points">Points that were measured.</param>
/// <param name="Copies">Points that were left out because they are copies of others.</param>
/// <param name="Posted">How many measurements were posted.</param>
public sealed record IndexedEvaluation(
    long BeforePpm, long AfterPpm, long LowPpm, int Points, int Copies, Digest Checkpoint, JobId Job, Address Referee, int Posted)
{
    public long GainPpm => AfterPpm - BeforePpm;
}

/// <summary>A proposal with its tally.</summary>
/// <param name="Supply">All shares at the snapshot.</param>
/// <param name="Minted">Shares that were minted for it; null unless it was accepted.</param>
/// <param name="Reason">Why a delisting or a replacement is asked for: words of a stranger.</param>
public sealed record IndexedProposal(
    ProposalId Id, DatasetId Dataset, ProposalKind Kind, ProposalState State, Hash32 Shard, Cid? Cid, int Count, Address Contributor,
    ulong Snapshot,
    ShareAmount Supply, DateTimeOffset Deadline, Money Bond, bool BondWithdrawn, string Reason, bool Shielded, bool Extended,
    ShareAmount Yes,
    ShareAmount No, ShareAmount? Minted, IndexedEvaluation? Evaluation, ulong Block, DateTimeOffset OpenedAt, DateTimeOffset? EndedAt)
{
    /// <summary>The dataset's curators judge it; the shareholders have not been asked.</summary>
    public bool UnderReview { get; init; }

    /// <summary>What curators found, also after an appeal; null where none has revealed a judgement.</summary>
    public Review? Review { get; init; }

    /// <summary>Who took it to all shareholders; null where nobody did.</summary>
    public Address? AppealedBy { get; init; }

    /// <summary>What shall be the dataset's best model; null where it is about something else.</summary>
    public Replacement? Replacement => Replacement.Of(Kind, Shard);
}

/// <summary>A curator's judgement.</summary>
/// <param name="Reason">Words of a stranger.</param>
public sealed record IndexedJudgement(ProposalId Proposal, Address Curator, Choice Choice, string Reason, ulong Block, uint Log,
    DateTimeOffset At);

/// <summary>A vote that was counted.</summary>
/// <param name="Reason">Words of a stranger.</param>
public sealed record IndexedVote(
    ProposalId Proposal, Address Voter, Choice Choice, ShareAmount Weight, string Reason, ulong Block, uint Log, DateTimeOffset At);

/// <summary>A bond that a proposer put up and was not given back.</summary>
public sealed record IndexedBond(ProposalId Proposal, ProposalState State, Money Amount, DateTimeOffset Deadline);

/// <summary>Proposals in the index.</summary>
public sealed class ProposalIndex
{
    private const string Columns = """
        id, dataset, kind, state, shard, cid, count, contributor, snapshot, supply, deadline, bond, bond_withdrawn, reason, shielded, extended, yes, no,
        minted, accuracy_before, accuracy_after, lower_end, points, copies, checkpoint, job, referee, evaluations, block, at, ended_at, under_review, judged_yes, judged_no, appealed_by
        """;

    private readonly IndexFile _file;

    internal ProposalIndex(IndexFile file) => _file = file;

    /// <summary>Whether what a job measured of a proposal was posted; be it the median or not.</summary>
    public bool IsPosted(ProposalId id, JobId job) =>
        _file.Read(index => index.Number("SELECT count(*) FROM evaluations WHERE proposal = $1 AND job = $2", id, job)) > 0;

    public IndexedProposal? Find(ProposalId id) =>
        _file.Read(index => index.First($"SELECT {Columns} FROM proposals WHERE id = $1", Read, id));

    /// <summary>Newest first; of one dataset where one is named.</summary>
    public Slice<IndexedProposal> List(DatasetId? dataset, SliceRequest request)
    {
        long before = request.NumberOr(long.MaxValue);
        var read = _file.Read(index => dataset is { } of
            ? index.List($"SELECT {Columns} FROM proposals WHERE dataset = $1 AND id < $2 ORDER BY id DESC LIMIT $3", Read, of, before,
                request.Limit + 1)
            : index.List($"SELECT {Columns} FROM proposals WHERE id < $1 ORDER BY id DESC LIMIT $2", Read, before, request.Limit + 1));
        return request.Cut(read, proposal => proposal.Id.ToString());
    }

    /// <summary>The block in which a shard was offered to a dataset for the first time, by whomever; null where it never was.</summary>
    public ulong? FirstOffered(DatasetId dataset, Hash32 shard) => _file.Read(index => index.First(
        "SELECT block FROM proposals WHERE dataset = $1 AND shard = $2 AND kind = $3 ORDER BY id LIMIT 1",
        row => new { Block = row.Block() }, dataset, shard, (int)ProposalKind.Listing))?.Block;

    /// <summary>In the order they were cast.</summary>
    public Slice<IndexedVote> Votes(ProposalId id, SliceRequest request)
    {
        var (block, log) = request.NumbersOr(-1, -1);
        var read = _file.Read(index => index.List(
            """
            SELECT proposal, voter, choice, weight, reason, block, log, at FROM votes
            WHERE proposal = $1 AND (block, log) > ($2, $3) ORDER BY block, log LIMIT $4
            """,
            ReadVote, id, block, log, request.Limit + 1));
        return request.Cut(read, vote => $"{vote.Block}.{vote.Log}");
    }

    /// <summary>What the curators found, in the order in which they revealed it; there are 32 at most.</summary>
    public IReadOnlyList<IndexedJudgement> Judgements(ProposalId id) => _file.Read(index => index.List(
        "SELECT proposal, curator, choice, reason, block, log, at FROM judgements WHERE proposal = $1 ORDER BY block, log",
        row => new IndexedJudgement(row.Id<ProposalId>(), row.Address(), (Choice)row.Int(), row.Words(), row.Block(), (uint)row.Long(),
            row.Time()), id));

    /// <summary>How many have committed to a vote or a judgement that is not shown yet.</summary>
    public int CountCommitments(ProposalId id) =>
        (int)_file.Read(index => index.Number("SELECT count(*) FROM vote_commitments WHERE proposal = $1", id));

    /// <summary>When somebody committed to a vote or a judgement; null while it has not.</summary>
    public DateTimeOffset? CommittedAt(ProposalId id, Address voter) => _file.Read(index => index.First(
        "SELECT at FROM vote_commitments WHERE proposal = $1 AND voter = $2", row => new { At = row.Time() }, id, voter))?.At;

    /// <summary>Open proposals that wait for an account, as a holder of the dataset's shares or as its curator; at most so many.</summary>
    public IReadOnlyList<IndexedProposal> WaitingFor(Address account, int limit) => _file.Read(index => index.List(
        $"""
        SELECT {Columns} FROM proposals WHERE state = 1 AND (
            under_review = 0 AND dataset IN (SELECT dataset FROM holdings WHERE holder = $1 AND shares > zeroblob(16))
                AND NOT EXISTS (SELECT 1 FROM votes WHERE proposal = proposals.id AND voter = $1)
            OR under_review = 1 AND dataset IN (SELECT dataset FROM curators WHERE curator = $1)
                AND NOT EXISTS (SELECT 1 FROM judgements WHERE proposal = proposals.id AND curator = $1))
        ORDER BY deadline LIMIT $2
        """,
        Read, account, limit));

    /// <summary>Bonds of proposals that were not rejected, in the order of the proposals.</summary>
    public IReadOnlyList<IndexedBond> Bonds(Address proposer) => _file.Read(index => index.List(
        """
        SELECT id, state, bond, deadline FROM proposals
        WHERE contributor = $1 AND bond_withdrawn = 0 AND state <> $2 AND bond > zeroblob(16) ORDER BY id
        """,
        row => new IndexedBond(row.Id<ProposalId>(), (ProposalState)row.Int(), row.Money(), row.Time()), proposer, ProposalState.Rejected));

    private static IndexedProposal Read(SqlRow row) => new(
        row.Id<ProposalId>(), row.Id<DatasetId>(), (ProposalKind)row.Int(), (ProposalState)row.Int(), row.Hash(), row.Cid(), row.Int(),
        row.Address(),
        row.Block(), row.Shares(), row.Time(), row.Money(), row.Bool(), row.Words(), row.Bool(), row.Bool(), row.Shares(), row.Shares(),
        row.OrNone(row.Shares), Evaluation(row), row.Block(), row.Time(), row.OrNone(row.Time))
    {
        UnderReview = row.Bool(),
        Review = new Review(row.Int(), row.Int()) is { Yes: var yes, No: var no } review && yes + no > 0 ? review : null,
        AppealedBy = row.OrNone(row.Address),
    };

    private static IndexedEvaluation? Evaluation(SqlRow row)
    {
        int? before = row.OrNone(row.Int), after = row.OrNone(row.Int), low = row.OrNone(row.Int), points = row.OrNone(row.Int),
            copies = row.OrNone(row.Int);
        Digest? checkpoint = row.OrNone(row.Digest);
        JobId? job = row.OrNone(row.Id<JobId>);
        Address? referee = row.OrNone(row.Address);
        int? posted = row.OrNone(row.Int);
        return before is null ? null : new IndexedEvaluation(
            before.Value, after!.Value, low!.Value, points!.Value, copies!.Value, checkpoint!.Value, job!.Value, referee!.Value,
            posted!.Value);
    }

    private static IndexedVote ReadVote(SqlRow row) => new(
        row.Id<ProposalId>(), row.Address(), (Choice)row.Int(), row.Shares(), row.Words(), row.Block(), (uint)row.Long(), row.Time());
}
