using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Jobs;
using DataBright.Node.Rest;
using DataBright.Node.Usage;

namespace DataBright.Node.Jobs;

public sealed record JobSummary(
    JobId Id,
    JobKind Kind,
    JobState State,
    DatasetId Dataset,
    string DatasetName,
    ProposalId? Proposal,
    Address Buyer,
    int Redundancy,
    Fraction? Accuracy,
    int Convictions,
    Money Price,
    DateTimeOffset CreatedAt,
    DateTimeOffset Deadline)
{
    /// <summary>Nothing can come of it any more: it was not settled by its deadline, and its price waits to be taken back.</summary>
    public bool Overdue { get; init; }
}

/// <summary>A job as the ledger has it. What is going on inside it is <see cref="JobProgress"/>.</summary>
/// <param name="DatasetFee">What the dataset's owners earn of it.</param>
/// <param name="ByUsage">The part of that fee that goes by the use of points, the rest goes by shares.</param>
public sealed record JobFacts(
    JobSummary Summary,
    Hash32 PlanDigest,
    Address Scheduler,
    Address Referee,
    Money Pay,
    Money DatasetFee,
    Money ByUsage,
    Hash32? Beacon,
    Hash32? AssignmentRoot,
    Hash32? CommitsRoot,
    Hash32? ResultHash,
    Money? PaidToWorkers,
    IReadOnlyList<JobStep> Steps,
    IReadOnlyList<ConvictionFacts> Convictions,
    IReadOnlyList<JobPayment> Payments,
    ModelId? Model,
    UsageFacts? Usage)
{
    /// <summary>Every figure of its plan, in words; null where this node does not have the plan.</summary>
    public IReadOnlyList<PlanLine>? Plan { get; init; }
}

/// <summary>One step of a job on the ledger.</summary>
public sealed record JobStep(JobState State, ulong Block, DateTimeOffset At);

/// <param name="EvidenceDigest">Digest of the evidence, which anyone can check again.</param>
public sealed record ConvictionFacts(Address Worker, Address Reporter, Money Slashed, Hash32 EvidenceDigest, DateTimeOffset At);

/// <summary>Who was paid for what in a job.</summary>
public sealed record JobPayment(Address Receiver, PaymentPurpose For, Money Amount, DateTimeOffset At);
