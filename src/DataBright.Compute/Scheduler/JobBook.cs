using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using DataBright.Compute.Ledger;
using DataBright.Compute.Protocol;
using DataBright.Compute.Scheduler.State;
using DataBright.Compute.Scheduler.Stores;
using DataBright.Market;

namespace DataBright.Compute.Scheduler;

/// <summary>
/// The jobs of one scheduler. A change is a rule applied to a job: saved first, believed afterwards, so that what the scheduler has
/// answered for is never more than what it will still know after a crash.
/// </summary>
public sealed class JobBook
{
    private readonly ISchedulerStore _store;
    private readonly TimeProvider _clock;
    private readonly ConcurrentDictionary<JobId, SchedulerJob> _jobs;
    private readonly ConcurrentDictionary<Channel<JobEvent>, JobId> _watchers = [];
    private readonly ConcurrentDictionary<JobId, RefusedOrder> _refused = [];
    private readonly ConcurrentDictionary<JobId, string> _unreadable = [];
    private readonly ConcurrentDictionary<JobId, string> _waits = [];
    private readonly Lock _one = new();
    private int _waiting;
    private readonly SchedulerMetrics? _metrics;
    private readonly long[] _counts = new long[Enum.GetValues<JobPhase>().Length];
    private TaskCompletionSource _change = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public JobBook(ISchedulerStore store, TimeProvider clock, SchedulerMetrics? metrics = null)
    {
        (_store, _clock, _metrics) = (store, clock, metrics);
        _jobs = new(store.Load((job, fault) => _unreadable[job] = fault).ToDictionary(job => job.Id));
        foreach (var job in _jobs.Values) _counts[(int)job.Phase]++;
        foreach (var refused in store.Refusals()) _refused[refused.Job] = refused;
        metrics?.Watch(this);
    }

    /// <summary>All jobs, oldest first.</summary>
    public IReadOnlyList<SchedulerJob> All => [.. _jobs.Values.OrderBy(job => job.Id.Value)];

    public SchedulerJob? Find(JobId job) => _jobs.GetValueOrDefault(job);

    /// <summary>Completes when something has changed since this property was read.</summary>
    public Task Change => _change.Task;

    /// <summary>Jobs of which the database has something that this version cannot read, with the reason. They are left alone.</summary>
    public IReadOnlyDictionary<JobId, string> Unreadable => _unreadable;

    /// <summary>Why the database could not be written last; null since it could.</summary>
    public SchedulerStoreException? Fault { get; private set; }

    /// <summary>Writes what is written already, to see whether the database can be written again.</summary>
    /// <exception cref="SchedulerStoreException">It cannot.</exception>
    public void Probe()
    {
        lock (_one)
        {
            if (_jobs.Values.FirstOrDefault() is { } any) Written(() => _store.Save(any, any, _clock.GetUtcNow()));
            else Fault = null;
        }
    }

    /// <summary>
    /// Adds a job. One that is known stays as it is, unless its order is gone from the ledger and another has its number.
    /// </summary>
    public void Take(SchedulerJob job)
    {
        lock (_one)
        {
            if (!_jobs.TryGetValue(job.Id, out var known)) Save(null, job);
            // Leases are numbered on, so that no message about the order that is gone fits the new one.
            else if (known.IsOver && !job.Terms.IsSameOrder(known.Terms)) Save(known, job with { NextLease = known.NextLease });
        }
    }

    /// <summary>Refuses an order whose plan makes no job, for good.</summary>
    public void Refuse(JobTerms order, string reason)
    {
        var refused = new RefusedOrder(order.Id, order.Order, Faults.Short(reason));
        lock (_one) Publish(Written(() => _store.Refuse(refused, _clock.GetUtcNow())));
        _refused[order.Id] = refused;
    }

    /// <summary>Whether an order is not to be looked at again.</summary>
    public bool IsRefused(JobTerms order) =>
        _unreadable.ContainsKey(order.Id) || (_refused.TryGetValue(order.Id, out var refused) && refused.Order == order.Order);

    /// <summary>Whether an order of that number was refused for good, or cannot be read.</summary>
    public bool HasRefused(JobId job) => _refused.ContainsKey(job) || _unreadable.ContainsKey(job);

    /// <summary>Why an order was refused or waits; null where neither is so.</summary>
    public string? ReasonOf(JobId job) =>
        _refused.GetValueOrDefault(job)?.Reason ?? _unreadable.GetValueOrDefault(job) ?? _waits.GetValueOrDefault(job);

    /// <summary>Why an order is not taken up yet, for those who watch and those who ask.</summary>
    public void TellWaiting(JobTerms order, string reason)
    {
        _waits[order.Id] = reason;
        Publish(new JobEvent(order.Id, JobEventKind.Waiting, Detail: reason, At: _clock.GetUtcNow()));
    }

    /// <summary>Which orders wait now.</summary>
    internal void SetWaiting(IReadOnlyCollection<JobId> orders)
    {
        _waiting = orders.Count;
        foreach (var gone in _waits.Keys.Except(orders).ToList()) _waits.TryRemove(gone, out _);
    }

    /// <summary>Applies a rule. A rule that returns the job it was given changes nothing.</summary>
    /// <exception cref="ProtocolException">There is no such job, or the rule says no.</exception>
    public SchedulerJob Apply(JobId id, Func<SchedulerJob, SchedulerJob> rule)
    {
        lock (_one)
        {
            var before = Find(id) ?? throw new ProtocolException(Refusal.UnknownJob, $"This scheduler has no job {id.Value}.");
            var after = rule(before);
            return ReferenceEquals(before, after) ? before : Save(before, after);
        }
    }

    /// <summary>Tells those who watch, without recording it.</summary>
    public void Publish(JobEvent news)
    {
        foreach (var (watcher, job) in _watchers)
            if (job == news.Job) watcher.Writer.TryWrite(news);
    }

    /// <summary>What has happened in a job, and then what happens, until it is over or the caller stops.</summary>
    public async IAsyncEnumerable<JobEvent> WatchAsync(JobId job, long after, [EnumeratorCancellation] CancellationToken stop)
    {
        var channel = Channel.CreateBounded<JobEvent>(new BoundedChannelOptions(1024) { FullMode = BoundedChannelFullMode.DropOldest });
        _watchers[channel] = job;
        try
        {
            while (true)
            {
                var recorded = _store.Events(job, after, 256);
                foreach (var news in recorded) yield return news;
                if (recorded.Count > 0) after = recorded[^1].Sequence;
                else if (Find(job) is null or { IsOver: true }) yield break;
                else if (await channel.Reader.ReadAsync(stop) is { Sequence: 0 } passing) yield return passing;
            }
        }
        finally
        {
            _watchers.TryRemove(channel, out _);
        }
    }

    /// <summary>Orders that are not under way: those that wait, and those that were refused.</summary>
    internal IEnumerable<Measurement<long>> CountOrders() =>
    [
        new(_waiting, new KeyValuePair<string, object?>("state", "waiting")),
        new(_refused.Count, new KeyValuePair<string, object?>("state", "refused")),
        new(_unreadable.Count, new KeyValuePair<string, object?>("state", "unreadable")),
    ];

    /// <summary>
    /// How many jobs are in each state, counted as they change: whoever asks reads eight numbers, however many jobs there are.
    /// </summary>
    internal IEnumerable<Measurement<long>> Count() =>
        Enum.GetValues<JobPhase>().Select(phase => new Measurement<long>(Volatile.Read(ref _counts[(int)phase]),
            new KeyValuePair<string, object?>("state", SchedulerMetrics.NameOf(phase))));

    private T Written<T>(Func<T> write)
    {
        try
        {
            var written = write();
            Fault = null;
            return written;
        }
        catch (SchedulerStoreException fault)
        {
            Fault = fault;
            throw;
        }
    }

    /// <summary>Called by one at a time.</summary>
    private SchedulerJob Save(SchedulerJob? before, SchedulerJob after)
    {
        var recorded = Written(() => _store.Save(before, after, _clock.GetUtcNow()));
        var saved = after with { News = [] };
        _jobs[after.Id] = saved;
        if (before is not null) _counts[(int)before.Phase]--;
        _counts[(int)after.Phase]++;
        foreach (var news in recorded)
        {
            _metrics?.Count(news);
            Publish(news);
        }

        Interlocked.Exchange(ref _change, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        return saved;
    }
}
