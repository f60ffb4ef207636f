using DataBright.Compute.Scheduler.State;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Storage;

namespace DataBright.Compute.Scheduler.Stores;

/// <summary>
/// What a scheduler must not forget. Each call is one transaction: when it returns, its effect survives a crash; when it throws, there is
/// none.
/// </summary>
public interface ISchedulerStore
{
    /// <summary>Every job, as it was saved last.</summary>
    /// <param name="unreadable">Told of a job that this version cannot read, and why; it stays in the store as it is.</param>
    IReadOnlyList<SchedulerJob> Load(Action<JobId, string>? unreadable = null);

    /// <summary>Orders that were refused.</summary>
    IReadOnlyList<RefusedOrder> Refusals();

    /// <summary>Remembers a refused order in the place of an earlier one of its number, and records that it was.</summary>
    /// <returns>The record.</returns>
    JobEvent Refuse(RefusedOrder order, DateTimeOffset at);

    /// <summary>Saves a job and records its news.</summary>
    /// <param name="before">What was saved last; null for a new job. Tasks that are the same object are not written again.</param>
    /// <param name="after">What to save.</param>
    /// <param name="at">The time to record the news with.</param>
    /// <returns>The news as they were recorded, numbered.</returns>
    IReadOnlyList<JobEvent> Save(SchedulerJob? before, SchedulerJob after, DateTimeOffset at);

    /// <summary>Recorded events of a job, oldest first.</summary>
    IReadOnlyList<JobEvent> Events(JobId job, long after, int most);

    /// <summary>The envelope of a part of a shard for a worker, or null when none was made.</summary>
    Cid? FindEnvelope(JobId job, Address worker, int shard, int partition);

    /// <summary>Remembers an envelope; the first one stays.</summary>
    /// <returns>The one that is remembered.</returns>
    Cid KeepEnvelope(JobId job, Address worker, int shard, int partition, Cid envelope);
}

/// <summary>An order whose plan makes no job.</summary>
/// <param name="Job">Its number.</param>
/// <param name="Order">The transcript that it began with.</param>
/// <param name="Reason">Why.</param>
public sealed record RefusedOrder(JobId Job, Hash32 Order, string Reason)
{
    internal JobEvent News(DateTimeOffset at) => new(Job, JobEventKind.Failed, Detail: Reason, At: at);
}
