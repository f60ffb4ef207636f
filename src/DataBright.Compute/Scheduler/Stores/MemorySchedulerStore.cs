using System.Collections.Immutable;
using DataBright.Compute.Jobs;
using DataBright.Compute.Protocol;
using DataBright.Compute.Scheduler.State;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Storage;

namespace DataBright.Compute.Scheduler.Stores;

/// <summary>Forgets everything with the process, but keeps what it has as bytes, exactly as a database would.</summary>
public sealed class MemorySchedulerStore : ISchedulerStore
{
    private readonly SortedDictionary<ulong, Saved> _jobs = [];
    private readonly List<JobEvent> _events = [];
    private readonly Dictionary<(JobId, Address, int, int), Cid> _envelopes = [];
    private readonly Dictionary<JobId, RefusedOrder> _refusals = [];
    private readonly Lock _one = new();

    public IReadOnlyList<RefusedOrder> Refusals()
    {
        lock (_one) return [.. _refusals.Values];
    }

    public JobEvent Refuse(RefusedOrder order, DateTimeOffset at)
    {
        lock (_one)
        {
            _refusals[order.Job] = order;
            _events.Add(order.News(at) with { Sequence = _events.Count + 1 });
            return _events[^1];
        }
    }

    public IReadOnlyList<SchedulerJob> Load(Action<JobId, string>? unreadable = null)
    {
        lock (_one)
            return [.. _jobs.Values.Select(saved => CanonicalJson.Read<SchedulerJob>(saved.State) with
            {
                Plan = JobPlan.Parse(saved.Plan),
                Tasks = saved.Tasks.Values.Select(bytes => CanonicalJson.Read<TaskState>(bytes))
                    .ToImmutableSortedDictionary(task => task.Key, task => task),
            })];
    }

    public IReadOnlyList<JobEvent> Save(SchedulerJob? before, SchedulerJob after, DateTimeOffset at)
    {
        lock (_one)
        {
            var tasks = before is null ? [] : _jobs[after.Id.Value].Tasks;
            // Another order has the number, or another beacon says what stands in for proposed points.
            var (isOther, isRedrawn) = (before?.Terms.IsSameOrder(after.Terms) == false,
                before is not null && before.MeasurementBeacon != after.MeasurementBeacon);
            foreach (var made in _envelopes.Keys
                .Where(key => key.Item1 == after.Id && (isOther || (isRedrawn && key.Item3 < SealedPart.HeldOut))).ToList())
                _envelopes.Remove(made);
            foreach (var gone in tasks.Keys.Except(after.Tasks.Keys).ToList()) tasks.Remove(gone);
            foreach (var (key, task) in after.Tasks)
                if (before is null || !before.Tasks.TryGetValue(key, out var old) || !ReferenceEquals(old, task))
                    tasks[key] = CanonicalJson.Write(task);
            _jobs[after.Id.Value] = new Saved(after.Plan.ToJson(), CanonicalJson.Write(after), tasks);
            var recorded = after.News.Select((news, i) => news with { At = at, Sequence = _events.Count + i + 1 }).ToList();
            _events.AddRange(recorded);
            return recorded;
        }
    }

    public IReadOnlyList<JobEvent> Events(JobId job, long after, int most)
    {
        lock (_one) return [.. _events.Where(item => item.Job == job && item.Sequence > after).Take(most)];
    }

    public Cid? FindEnvelope(JobId job, Address worker, int shard, int partition)
    {
        lock (_one) return _envelopes.TryGetValue((job, worker, shard, partition), out var cid) ? cid : null;
    }

    public Cid KeepEnvelope(JobId job, Address worker, int shard, int partition, Cid envelope)
    {
        lock (_one)
        {
            _envelopes.TryAdd((job, worker, shard, partition), envelope);
            return _envelopes[(job, worker, shard, partition)];
        }
    }

    private sealed record Saved(byte[] Plan, byte[] State, Dictionary<TaskKey, byte[]> Tasks);
}
