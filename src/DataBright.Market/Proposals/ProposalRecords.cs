using DataBright.Ethereum;
using DataBright.Learning;
using DataBright.Market.Storage;

namespace DataBright.Market.Proposals;

public enum ProposalState
{
    Open = 1,
    Accepted,
    Rejected,
    Expired,
    Delisted,
}

public enum ProposalKind
{
    /// <summary>Data points on offer.</summary>
    Listing,

    /// <summary>A listed shard to be taken off the list.</summary>
    Delisting,
}

public enum Choice
{
    No,
    Yes,
}

/// <summary>A proposal as the ledger has it.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Dataset">What it is proposed to.</param>
/// <param name="Kind">What it asks for.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Shard">The root of the shard it is about.</param>
/// <param name="Count">Data points on offer; zero for a delisting.</param>
/// <param name="Contributor">Who proposed it.</param>
/// <param name="Snapshot">Votes weigh what was held at the end of this block.</param>
/// <param name="Deadline">The last second in which a vote is taken.</param>
/// <param name="Yes">Weight of the votes for it.</param>
/// <param name="No">Weight of the votes against it.</param>
/// <param name="Shielded">Votes are committed first and revealed later.</param>
/// <param name="Extended">The deadline was moved once by a quorum reached late.</param>
/// <param name="BondWithdrawn">The bond has been paid back.</param>
public sealed record Proposal(
    ProposalId Id, DatasetId Dataset, ProposalKind Kind, ProposalState State, Hash32 Shard, int Count, Address Contributor,
    ulong Snapshot, DateTimeOffset Deadline, ShareAmount Yes, ShareAmount No, bool Shielded, bool Extended, bool BondWithdrawn)
{
    /// <summary>What the dataset's curators have found so far; null where it is the shareholders' to decide. While it is not, no shares count.</summary>
    public Review? Review { get; init; }
}

/// <summary>Judgements of curators who did not see each other's.</summary>
/// <param name="Yes">Curators for it.</param>
/// <param name="No">Curators against it.</param>
public sealed record Review(int Yes, int No)
{
    /// <summary>How many pairs of curators agree, in parts per ten thousand of all pairs; null below two judgements.</summary>
    /// <remarks>The observed agreement of Fleiss (1971), for one subject.</remarks>
    public int? AgreementBps => Yes + No < 2 ? null : 10_000 * (Yes * (Yes - 1) + No * (No - 1)) / ((Yes + No) * (Yes + No - 1));
}

/// <summary>A vote that was counted; a curator's judgement weighs no shares.</summary>
public sealed record Vote(ProposalId Proposal, Address Voter, Choice Choice, ShareAmount Weight, string Reason);

/// <summary>How a proposal ended.</summary>
public sealed record Finalised(ProposalId Proposal, ProposalState State, ShareAmount Yes, ShareAmount No, ShareAmount Minted);

/// <summary>A vote to be signed off the chain and sent by somebody else.</summary>
public sealed record Ballot(ProposalId Proposal, Choice Choice, Address Voter, string Reason, DateTimeOffset Deadline);

/// <summary>A measured effect of a proposal's points on accuracy, in parts per million.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Proposal">The open proposal.</param>
/// <param name="AccuracyBefore">Trained without the points.</param>
/// <param name="AccuracyAfter">Trained with them.</param>
/// <param name="Checkpoint">The checkpoint that was measured.</param>
/// <param name="Job">The evaluation job that measured it.</param>
/// <param name="Deadline">Until when the statement may be posted.</param>
public sealed record EvaluationStatement(
    DatasetId Dataset, ProposalId Proposal, int AccuracyBefore, int AccuracyAfter, Digest Checkpoint, JobId Job, DateTimeOffset Deadline);

/// <summary>The evaluation that the ledger has of a proposal.</summary>
public sealed record PostedEvaluation(int AccuracyBefore, int AccuracyAfter, JobId Job)
{
    public int GainPpm => AccuracyAfter - AccuracyBefore;
}

/// <summary>A statement with the signature of its author, to be carried to the ledger by anyone.</summary>
public sealed record Signed<T>(T Statement, Signature Signature);
