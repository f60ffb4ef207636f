using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Proposals;
using DataBright.Node.Rest;
using DataBright.Services.Discussion;
using DataBright.Storage;

namespace DataBright.Node.Proposals;

/// <summary>Votes by weight against the shares of the snapshot.</summary>
public sealed record Tally(ShareAmount Yes, ShareAmount No, ShareAmount Supply, Fraction Quorum, Fraction Threshold)
{
    public ShareAmount Cast => Yes.Plus(No);

    public Fraction Turnout => Fraction.Of(Cast.Units, Supply.Units);

    public bool QuorumReached => Turnout >= Quorum;

    /// <summary>Yes among the votes cast.</summary>
    public Fraction Approval => Fraction.Of(Yes.Units, Cast.Units);
}

public sealed record ProposalSummary(
    ProposalId Id,
    ProposalKind Kind,
    ProposalState State,
    DatasetId Dataset,
    string DatasetName,
    Address Contributor,
    int Points,
    Fraction? Gain,
    Tally Tally,
    DateTimeOffset OpenedAt,
    DateTimeOffset Deadline)
{
    /// <summary>The lower end of the gain's 95 % interval, which shares follow; null where nobody measured.</summary>
    public Fraction? Low { get; init; }

    /// <summary>It is open on the ledger, and all that is left is that somebody finalises it.</summary>
    public bool Over { get; init; }

    /// <summary>What shall be the dataset's best model; null where it is about something else.</summary>
    public Replacement? Replacement { get; init; }

    /// <summary>An accepted replacement that nobody has carried out yet.</summary>
    public bool ToCarryOut { get; init; }
}

/// <summary>The measured effect of a proposal, signed by a referee.</summary>
/// <param name="Low">The lower end of the gain's 95 % interval, which shares follow.</param>
/// <param name="Points">Points that were measured.</param>
/// <param name="Copies">Points that were left out because they are copies of others.</param>
/// <param name="Spread">How sure it is; null where this node does not have the measurements.</param>
/// <param name="Posted">How many measurements were posted: this is the one in the middle.</param>
public sealed record EvaluationFacts(
    Fraction Before, Fraction After, Fraction Low, int Points, int Copies, GainSpread? Spread, Hash32 CheckpointHash, JobId Job,
    Address Referee, int Posted)
{
    public Fraction Gain => After - Before;
}

/// <summary>The 95 % interval of the gain over pairs of runs with equal seeds.</summary>
public sealed record GainSpread(Fraction Low, Fraction High, int Seeds);

/// <summary>
/// Points of a shard that are not new, counted exactly; and, where it could be compared, those that are nearly the same as others.
/// </summary>
public sealed record DuplicateCount(int InDataset, int WithinShard, int Points)
{
    public int Total => InDataset + WithinShard;

    public NearCount? Near { get; init; }
}

/// <summary>Points that are no exact copies, but nearly the same as one of the dataset's, or as another of the shard's.</summary>
/// <param name="Pairs">Some of them, the most alike first.</param>
/// <param name="Picture">The size of a picture of them, where they are pictures.</param>
public sealed record NearCount(int InDataset, int WithinShard, IReadOnlyList<NearFacts> Pairs, NearPicture? Picture)
{
    public int Total => InDataset + WithinShard;
}

/// <summary>A point and the one that it is nearly the same as.</summary>
/// <param name="Point">Its place in the shard on offer.</param>
/// <param name="Shard">The root of the other's shard.</param>
/// <param name="Other">The other's place there.</param>
/// <param name="Alike">How alike they are.</param>
public sealed record NearFacts(int Point, Hash32 Shard, int Other, Fraction Alike);

/// <summary>A picture's size in pixels.</summary>
public sealed record NearPicture(int Width, int Height);

/// <summary>What a shard would be to a dataset, before anything is sent to the ledger.</summary>
public sealed record ShardCheck(Hash32 Root, int Points, DuplicateCount Duplicates)
{
    /// <summary>
    /// What of the values lies elsewhere than the dataset's, with both sides; null where nothing does, or nothing is known.
    /// </summary>
    public string? Differs { get; init; }
}

/// <param name="ShardRoot">The shard it is about; null where it is about the best model.</param>
public sealed record ProposalFacts(
    ProposalSummary Summary,
    Hash32? ShardRoot,
    Cid? Cid,
    string? Reason,
    Money Bond,
    bool BondWithdrawn,
    bool Shielded,
    bool Extended,
    ulong Snapshot,
    EvaluationFacts? Evaluation,
    DuplicateCount? Duplicates,
    ShareAmount? SharesMinted)
{
    /// <summary>What the dataset's curators judge; null where it is the shareholders' from the beginning.</summary>
    public ReviewFacts? Review { get; init; }

    /// <summary>Why its file does not hold what it announces, in words; null where it does, or this node cannot say.</summary>
    public string? FileProblem { get; init; }

    /// <summary>Votes or judgements that were committed to, shown and not shown yet; zero where votes are open.</summary>
    public int Committed { get; init; }

    /// <summary>The names of the dataset's classes in the order of the labels; null where they are numbers.</summary>
    public IReadOnlyList<string>? Classes { get; init; }
}

public enum CuratorStep
{
    /// <summary>Has not committed to a judgement.</summary>
    Waiting,

    /// <summary>Has committed to one that nobody can read yet.</summary>
    Committed,

    /// <summary>Has revealed it.</summary>
    Revealed,
}

/// <summary>A blind review: curators judge without seeing each other.</summary>
/// <param name="IsOpen">It is the curators' to decide still.</param>
/// <param name="Agreement">Pairs of curators who agree among all pairs; null below two judgements.</param>
/// <param name="AppealedBy">Who took it to all shareholders; null where nobody did.</param>
/// <param name="CommitUntil">The last second for commitments, while the review is open.</param>
/// <param name="RevealUntil">The last second for judgements to be shown, while the review is open.</param>
/// <param name="AppealUntil">The last second for an appeal, while the review is open.</param>
public sealed record ReviewFacts(
    bool IsOpen,
    IReadOnlyList<CuratorFacts> Curators,
    int Yes,
    int No,
    Fraction? Agreement,
    Address? AppealedBy,
    DateTimeOffset? CommitUntil,
    DateTimeOffset? RevealUntil,
    DateTimeOffset? AppealUntil);

/// <param name="InFavour">Null until it is revealed.</param>
/// <param name="Reason">The curator's own words: text from a stranger.</param>
/// <param name="At">When it took its last step.</param>
public sealed record CuratorFacts(Address Curator, CuratorStep Step, bool? InFavour, string Reason, DateTimeOffset? At);

/// <param name="Reason">The curator's own words: text from a stranger.</param>
public sealed record VoteFacts(Address Curator, bool InFavour, ShareAmount Weight, string Reason, ulong Block, DateTimeOffset At)
{
    /// <summary>The comment that the reason names; null if it names none.</summary>
    public Hash32? Comment => VoteAnchor.CommentIn(Reason);
}
