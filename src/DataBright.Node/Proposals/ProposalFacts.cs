using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Proposals;
using DataBright.Market.Storage;

namespace DataBright.Node.Proposals;

/// <summary>Votes by weight against the shares of the snapshot.</summary>
public sealed record Tally(ShareAmount Yes, ShareAmount No, ShareAmount Supply, Fraction Quorum, Fraction Threshold)
{
    public ShareAmount Cast => Yes + No;

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
    DateTimeOffset Deadline);

/// <summary>The measured effect of a proposal, signed by a referee.</summary>
/// <param name="Spread">How sure it is; null where this node does not have the measurements.</param>
public sealed record Evaluation(Fraction Before, Fraction After, GainSpread? Spread, Hash32 CheckpointHash, JobId Job, Address Referee)
{
    public Fraction Gain => After - Before;
}

/// <summary>The 95 % interval of the gain over pairs of runs with equal seeds.</summary>
public sealed record GainSpread(Fraction Low, Fraction High, int Seeds);

/// <summary>Points of a proposal that are not new, counted exactly.</summary>
public sealed record DuplicateCount(int InDataset, int WithinShard, int Points)
{
    public int Total => InDataset + WithinShard;
}

public sealed record ProposalFacts(
    ProposalSummary Summary,
    Hash32 ShardRoot,
    Cid? Cid,
    string? Reason,
    Money Bond,
    bool BondWithdrawn,
    bool Shielded,
    bool Extended,
    ulong Snapshot,
    Evaluation? Evaluation,
    DuplicateCount? Duplicates,
    ShareAmount? SharesMinted);

/// <param name="Reason">The curator's own words: text from a stranger.</param>
public sealed record VoteFacts(Address Curator, bool InFavour, ShareAmount Weight, string Reason, ulong Block, DateTimeOffset At);
