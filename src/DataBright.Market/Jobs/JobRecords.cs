using DataBright.Ethereum;
using Contract = DataBright.Market.Generated.Jobs;

namespace DataBright.Market.Jobs;

public enum JobState
{
    Open = 1,
    Accepted,
    Assigned,
    Anchored,
    Settled,
    Refunded,
}

public enum JobKind
{
    /// <summary>Trains a model; pays the dataset's shareholders.</summary>
    Training,

    /// <summary>Measures an open proposal; its result can never be registered as a model.</summary>
    Evaluation,
}

/// <summary>What a buyer asks for.</summary>
/// <param name="Kind">Training or evaluation.</param>
/// <param name="Dataset">The dataset.</param>
/// <param name="Proposal">The open proposal that an evaluation measures; null for training.</param>
/// <param name="Plan">Digest of the job plan.</param>
/// <param name="Scheduler">A live scheduler key of the registry.</param>
/// <param name="Referee">A live referee key of the registry.</param>
/// <param name="Redundancy">Equal results needed: 1, 2 or 3.</param>
/// <param name="Pay">The most that all workers and the scheduler together are paid.</param>
/// <param name="Deadline">From then on an unsettled job is refunded. Whole seconds.</param>
public sealed record JobOrder(
    JobKind Kind, DatasetId Dataset, ProposalId? Proposal, Digest Plan, Address Scheduler, Address Referee, int Redundancy,
    Money Pay, DateTimeOffset Deadline)
{
    internal Contract.Order ToContract() => new(
        (Contract.Kind)Kind, checked((uint)Dataset.Value), Proposal?.Value ?? 0, Plan.ToHash32(), Scheduler, Referee,
        checked((byte)Redundancy), Pay.Units, (ulong)Deadline.ToUnixTimeSeconds());

    internal static JobOrder From(Contract.Order order) => new(
        (JobKind)order.Kind, new DatasetId(order.DatasetId),
        Figures.Long(order.ProposalId) == 0 ? null : new ProposalId(Figures.Long(order.ProposalId)),
        order.PlanDigest.ToDigest(), order.Scheduler, order.Referee, order.Redundancy, new Money(order.Pay),
        ChainTime.From(order.Deadline));
}

/// <summary>A job as the ledger has it.</summary>
/// <param name="Id">Its number.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Kind">Training or evaluation.</param>
/// <param name="Redundancy">Equal results needed.</param>
/// <param name="AnyConvicted">A worker was convicted in it.</param>
/// <param name="Buyer">Who pays.</param>
/// <param name="Dataset">The dataset.</param>
/// <param name="Scheduler">The scheduler's key.</param>
/// <param name="Referee">The number of the referee's trusted key.</param>
/// <param name="Pay">Held for workers and scheduler; once settled, what they have not claimed yet.</param>
/// <param name="Deadline">From then on an unsettled job is refunded.</param>
/// <param name="Transcript">The hash over all steps so far.</param>
public sealed record Job(
    JobId Id, JobState State, JobKind Kind, int Redundancy, bool AnyConvicted, Address Buyer, DatasetId Dataset, Address Scheduler,
    int Referee,
    Money Pay, DateTimeOffset Deadline, Hash32 Transcript);

/// <summary>A job that was just bought.</summary>
public sealed record CreatedJob(JobId Id, Address Buyer, JobOrder Order, Money DatasetFee, Hash32 Transcript)
{
    /// <summary>Everything that was put in escrow.</summary>
    public Money Price => Order.Pay.Plus(DatasetFee);
}

/// <summary>The randomness of a job, drawn.</summary>
public sealed record Assignment(JobId Job, Hash32 Beacon, Hash32 Transcript);

/// <summary>How a job ended.</summary>
/// <param name="Previous">The transcript before settlement, which is the one after the last anchor.</param>
/// <param name="Result">Checkpoint hash of a training job; digest of the measurements of an evaluation.</param>
/// <param name="MetricPpm">Accuracy on the held-out set, in parts per million.</param>
/// <param name="PayRoot">Merkle root of what each worker is paid, see <see cref="PaySheet"/>.</param>
public sealed record JobOutcome(Hash32 Previous, Digest Result, uint MetricPpm, Hash32 PayRoot)
{
    internal Contract.Outcome ToContract() => new(Previous, Result.ToHash32(), MetricPpm, PayRoot);

    internal static JobOutcome From(Contract.Outcome outcome) =>
        new(outcome.Previous, outcome.ResultHash.ToDigest(), outcome.Metric, outcome.PayRoot);
}

/// <summary>A worker's revealed result with the proof that it had committed to it.</summary>
public sealed record WorkReceipt(Address Worker, Hash32 Salt, Signature Signature, IReadOnlyList<Hash32> Proof);

/// <summary>A referee's finding that a worker lied.</summary>
/// <param name="Job">The job.</param>
/// <param name="Worker">Who lied.</param>
/// <param name="Reporter">Who gets half of what is slashed.</param>
/// <param name="Evidence">Digest of the evidence.</param>
public sealed record Verdict(JobId Job, Address Worker, Address Reporter, Digest Evidence);

/// <summary>A worker that was convicted.</summary>
public sealed record Conviction(JobId Job, Address Worker, Address Reporter, Digest Evidence, Money Slashed);
