using DataBright.Compute.Jobs;
using DataBright.Compute.Protocol;
using DataBright.Market;

namespace DataBright.Compute.Ledger;

/// <summary>
/// What the scheduler needs of the ledger. Every write is safe twice: one that has taken effect already changes nothing and succeeds,
/// so that a scheduler that was killed between sending and remembering can simply send again.
/// </summary>
public interface IJobLedger
{
    JobDomain Domain { get; }

    /// <summary>Jobs that name this scheduler and are neither settled nor refunded.</summary>
    Task<IReadOnlyList<LedgerJob>> OpenJobsAsync(CancellationToken stop);

    /// <summary>The job as the ledger has it now, or null when there is none of that number.</summary>
    Task<LedgerJob?> FindAsync(JobId job, CancellationToken stop);

    /// <summary>Why the plan's data are not those of the dataset that the job was bought for; null when they are.</summary>
    Task<string?> DataMismatchAsync(JobTerms terms, JobPlan plan, CancellationToken stop);

    /// <summary>Workers that are registered and not leaving.</summary>
    Task<IReadOnlyList<RegisteredWorker>> WorkersAsync(CancellationToken stop);

    /// <summary>Takes the job and commits to a seed.</summary>
    /// <exception cref="LedgerUnavailableException">The ledger does not answer, or refuses.</exception>
    Task AcceptAsync(JobId job, Hash32 seedHash, CancellationToken stop);

    /// <summary>The seed mixed with the hash of a block that came after acceptance; null until there is one.</summary>
    Task<Hash32?> BeaconAsync(JobId job, Hash32 seed, CancellationToken stop);

    /// <summary>
    /// What the seeds of an evaluation follow from: the beacon of the first evaluation of its proposal that was drawn, which may be another
    /// job. Null for a training job, and where none was drawn.
    /// </summary>
    Task<Hash32?> MeasurementBeaconAsync(JobTerms terms, CancellationToken stop);

    /// <summary>
    /// Has an accepted job's seed mixed with a later block, if the ledger has forgotten the one it was to be mixed with; else nothing. The
    /// beacon is another one afterwards.
    /// </summary>
    /// <inheritdoc cref="AcceptAsync"/>
    Task RenewBeaconAsync(JobId job, Hash32 seedHash, CancellationToken stop);

    /// <summary>Reveals the seed and anchors the draw.</summary>
    /// <inheritdoc cref="AcceptAsync"/>
    Task AssignAsync(JobId job, Hash32 seed, Hash32 assignmentRoot, CancellationToken stop);

    /// <summary>Anchors the root over all commitments so far.</summary>
    /// <inheritdoc cref="AcceptAsync"/>
    Task AnchorAsync(JobId job, Hash32 commitsRoot, CancellationToken stop);

    /// <summary>Slashes a worker by the referee's verdict.</summary>
    /// <inheritdoc cref="AcceptAsync"/>
    Task ConvictAsync(JobId job, SignedVerdict verdict, CancellationToken stop);

    /// <summary>Delivers the result and pays.</summary>
    /// <inheritdoc cref="AcceptAsync"/>
    Task SettleAsync(JobId job, JobSettlement settlement, CancellationToken stop);
}
