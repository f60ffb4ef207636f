using DataBright.Compute.Scheduler.State;
using DataBright.Compute.Scheduler.Stores;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Storage;

namespace DataBright.Compute.Worlds;

/// <summary>A store whose process dies at one of its transactions, just before it or just after.</summary>
public sealed class KillingStore(ISchedulerStore store, int at, bool afterSaving) : ISchedulerStore
{
    public int Saves { get; private set; }

    public IReadOnlyList<SchedulerJob> Load(Action<JobId, string>? unreadable = null) => store.Load(unreadable);

    public IReadOnlyList<RefusedOrder> Refusals() => store.Refusals();

    public JobEvent Refuse(RefusedOrder order, DateTimeOffset at) => store.Refuse(order, at);

    public IReadOnlyList<JobEvent> Save(SchedulerJob? before, SchedulerJob after, DateTimeOffset now)
    {
        var dies = ++Saves == at;
        if (dies && !afterSaving) throw new KilledException();
        var recorded = store.Save(before, after, now);
        return dies ? throw new KilledException() : recorded;
    }

    public IReadOnlyList<JobEvent> Events(JobId job, long after, int most) => store.Events(job, after, most);

    public Cid? FindEnvelope(JobId job, Address worker, int shard, int partition) => store.FindEnvelope(job, worker, shard, partition);

    public Cid KeepEnvelope(JobId job, Address worker, int shard, int partition, Cid envelope) =>
        store.KeepEnvelope(job, worker, shard, partition, envelope);
}

/// <summary>The scheduler's process is gone.</summary>
public sealed class KilledException() : SchedulerStoreException("The process was killed.");
