using System.Text.Json.Serialization;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Jobs;

namespace DataBright.Compute.Ledger;

/// <summary>How far a job is on the ledger.</summary>
public enum LedgerStage
{
    Created,
    Accepted,
    Assigned,
    Settled,
    Refunded,
}

/// <summary>A job as the ledger has it.</summary>
/// <param name="Terms">What was bought; never changes.</param>
/// <param name="Stage">How far it is.</param>
/// <param name="CommitsRoot">The root anchored last; zero when none was.</param>
/// <param name="Convicted">Workers convicted in this job.</param>
/// <param name="AssignmentRoot">The root of the draw; zero before there is one.</param>
public sealed record LedgerJob(JobTerms Terms, LedgerStage Stage, Hash32 CommitsRoot, IReadOnlyList<Address> Convicted,
    Hash32 AssignmentRoot = default);

/// <summary>What a buyer ordered.</summary>
/// <param name="Id">The job's number.</param>
/// <param name="Buyer">Who pays, and who is the victim of a lie.</param>
/// <param name="Scheduler">The scheduler's key.</param>
/// <param name="Referee">The referee's key.</param>
/// <param name="Kind">Training or evaluation.</param>
/// <param name="Dataset">The dataset.</param>
/// <param name="Plan">SHA-256 of the plan.</param>
/// <param name="Redundancy">Receipts that the ledger demands.</param>
/// <param name="Pay">What all workers and the scheduler together can earn.</param>
/// <param name="Deadline">After it, anyone may refund the buyer.</param>
/// <param name="Proposal">The proposal that an evaluation measures.</param>
public sealed record JobTerms(
    JobId Id, Address Buyer, Address Scheduler, Address Referee, JobKind Kind, DatasetId Dataset,
    Digest Plan, int Redundancy, Money Pay, DateTimeOffset Deadline, ProposalId? Proposal = null)
{
    /// <summary>
    /// The transcript that the order began with: a number may belong to another order when the chain has taken back blocks. Zero for jobs
    /// of 0.1.0.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Hash32 Order { get; init; }

    /// <summary>Whether this is the order that was known under its number.</summary>
    public bool IsSameOrder(JobTerms known) => known.Order == Hash32.Zero || known.Order == Order;
}

/// <summary>A worker as the ledger has it.</summary>
/// <param name="Worker">The key that signs its messages.</param>
/// <param name="Operator">Whoever runs it.</param>
/// <param name="MinimumFee">The least it takes for a task.</param>
/// <param name="EncryptionKey">What its points are encrypted to.</param>
public sealed record RegisteredWorker(Address Worker, Address Operator, Money MinimumFee, PublicKey EncryptionKey);

/// <summary>A referee's decision that a worker's trace is wrong, signed for the ledger.</summary>
/// <param name="Worker">The convicted worker.</param>
/// <param name="Reporter">Who gets the reporter's part of the stake.</param>
/// <param name="Evidence">Hash of the dossier that anyone can check.</param>
/// <param name="Signature">The referee's, in the form that the Jobs contract checks.</param>
public sealed record SignedVerdict(Address Worker, Address Reporter, Hash32 Evidence, Signature Signature);
