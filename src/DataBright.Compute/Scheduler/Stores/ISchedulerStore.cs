using DataBright.Compute.Scheduler.State;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Storage;

namespace DataBright.Compute.Scheduler.Stores;

/// <summary>
/// What a scheduler must not forget. Each call is one transaction: when it returns, its effect survives a crash; when it throws, there is none.
/// </summary>
public interface ISchedulerStore
{
    /// <summary>Every job, as it was saved last.</summary>
    IReadOnlyList<JobState> Load();

    /// <summary>Saves a job and records its news.</summary>
    /// <param name="before">What was saved last; null for a new job. Tasks that are the same object are not written again.</param>
    /// <param name="after">What to save.</param>
    /// <param name="at">The time to record the news with.</param>
    /// <returns>The news as they were recorded, numbered.</returns>
    IReadOnlyList<JobEvent> Save(JobState? before, JobState after, DateTimeOffset at);

    /// <summary>Recorded events of a job, oldest first.</summary>
    IReadOnlyList<JobEvent> Events(JobId job, long after, int most);

    /// <summary>The envelope of a part of a shard for a worker, or null when none was made.</summary>
    Cid? FindEnvelope(JobId job, Address worker, int shard, int partition);

    /// <summary>Remembers an envelope; the first one stays.</summary>
    /// <returns>The one that is remembered.</returns>
    Cid KeepEnvelope(JobId job, Address worker, int shard, int partition, Cid envelope);
}
