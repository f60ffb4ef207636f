using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using DataBright.Compute.Protocol;
using DataBright.Compute.Scheduler.State;
using DataBright.Compute.Scheduler.Stores;
using DataBright.Market;

namespace DataBright.Compute.Scheduler;

/// <summary>
/// The jobs of one scheduler. A change is a rule applied to a job: saved first, believed afterwards, so that what the scheduler has answered
/// for is never more than what it will still know after a crash.
/// </summary>
public sealed class JobBook
{
    private readonly ISchedulerStore _store;
    private readonly TimeProvider _clock;
    private readonly ConcurrentDictionary<JobId, JobState> _jobs;
    private readonly ConcurrentDictionary<Channel<JobEvent>, JobId> _watchers = [];
    private readonly Lock _one = new();
    private readonly SchedulerMetrics? _metrics;
    private readonly long[] _counts = new long[Enum.GetValues<JobPhase>().Length];
    private TaskCompletionSource _change = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public JobBook(ISchedulerStore store, TimeProvider clock, SchedulerMetrics? metrics = null)
    {
        (_store, _clock, _metrics) = (store, clock, metrics);
        _jobs = new(store.Load().ToDictionary(job => job.Id));
        foreach (var job in _jobs.Values) _counts[(int)job.Phase]++;
        metrics?.Watch(this);
    }

    /// <summary>All jobs, oldest first.</summary>
    public IReadOnlyList<JobState> All => [.. _jobs.Values.OrderBy(job => job.Id.Value)];

    public JobState? Find(JobId job) => _jobs.GetValueOrDefault(job);

    /// <summary>Completes when something has changed since this property was read.</summary>
    public Task Change => _change.Task;

    /// <summary>Adds a job; one that is known stays as it is.</summary>
    public void Add(JobState job)
    {
        lock (_one)
            if (!_jobs.ContainsKey(job.Id)) Save(null, job);
    }

    /// <summary>Applies a rule. A rule that returns the job it was given changes nothing.</summary>
    /// <exception cref="ProtocolException">There is no such job, or the rule says no.</exception>
    public JobState Apply(JobId id, Func<JobState, JobState> rule)
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

    /// <summary>How many jobs are in each state, counted as they change: whoever asks reads eight numbers, however many jobs there are.</summary>
    internal IEnumerable<Measurement<long>> Count() =>
        Enum.GetValues<JobPhase>().Select(phase => new Measurement<long>(Volatile.Read(ref _counts[(int)phase]), new KeyValuePair<string, object?>("state", SchedulerMetrics.NameOf(phase))));

    /// <summary>Called by one at a time.</summary>
    private JobState Save(JobState? before, JobState after)
    {
        var recorded = _store.Save(before, after, _clock.GetUtcNow());
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
