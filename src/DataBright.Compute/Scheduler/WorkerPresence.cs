using System.Collections.Concurrent;
using DataBright.Compute.Draws;
using DataBright.Compute.Ledger;
using DataBright.Compute.Protocol;
using DataBright.Compute.Scheduler.State;
using DataBright.Ethereum;
using DataBright.Market;

namespace DataBright.Compute.Scheduler;

/// <summary>
/// Which registered workers are there: those that have said so lately, in a poll of their own that is not older than what is known of them.
/// Not kept: after a restart everybody is given the time to show up again.
/// </summary>
public sealed class WorkerPresence(IJobLedger ledger, TimeProvider clock, SchedulerTerms terms)
{
    /// <summary>Lapses older than this are forgotten.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromDays(1);

    private static readonly TimeSpan FirstRest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestRest = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<Address, Sight> _seen = [];
    private readonly Lock _one = new();
    private readonly DateTimeOffset _started = clock.GetUtcNow();
    private Opening _opening = new(clock.GetUtcNow());
    private long _asked;
    private long _answered;
    private volatile Dictionary<Address, RegisteredWorker> _registered = [];
    private DateTimeOffset _refreshed = DateTimeOffset.MinValue;
    private volatile HashSet<Address> _busy = [];
    private volatile Dictionary<Address, DateTimeOffset> _resting = [];

    /// <summary>Asks the ledger who is registered.</summary>
    public async Task RefreshAsync(CancellationToken stop)
    {
        _refreshed = clock.GetUtcNow();
        var question = Interlocked.Increment(ref _asked);
        var answer = (await ledger.WorkersAsync(stop)).ToDictionary(worker => worker.Worker);
        lock (_one)
        {
            // Of two who asked side by side, the one who asked later knows more.
            if (question < _answered) return;
            (_answered, _registered) = (question, answer);
        }
    }

    /// <summary>
    /// Nobody could be heard for a while, or nothing heard be kept: as after a restart, everybody is given the time to show up again.
    /// </summary>
    public void Interrupted() => _opening = new Opening(clock.GetUtcNow());

    /// <summary>Sees which workers compute now, and which have let others wait.</summary>
    public void Observe(IReadOnlyList<SchedulerJob> jobs)
    {
        _opening.Jobs ??= jobs.Select(job => job.Id).ToHashSet();
        var lately = clock.GetUtcNow() - terms.Lease;
        _busy = jobs.Where(job => job.Phase == JobPhase.Running)
            .SelectMany(job => job.Tasks.Values).SelectMany(task => task.Copies)
            .Where(copy => copy.Stage == CopyStage.Leased || (copy.Stage > CopyStage.Leased && copy.LeasedAt >= lately))
            .Select(copy => copy.Worker).ToHashSet();
        var since = clock.GetUtcNow() - Memory;
        _resting = jobs.SelectMany(job => job.Lapses()).Where(lapse => lapse.At > since)
            .GroupBy(lapse => lapse.Worker, lapse => (lapse.At, lapse.Count))
            .ToDictionary(worker => worker.Key, worker => worker.Max(lapse => lapse.At) + RestAfter(Incidents(worker)));
    }

    /// <summary>A worker that goes away lets several jobs wait at once: what is of about the same time is one incident.</summary>
    private int Incidents(IEnumerable<(DateTimeOffset At, int Count)> lapses)
    {
        var (all, here) = (0, 0);
        var end = DateTimeOffset.MinValue;
        foreach (var (at, count) in lapses.OrderBy(lapse => lapse.At))
        {
            if (at > end) (all, here) = (all + here, 0);
            here = Math.Max(here, count);
            end = at + terms.Lease;
        }

        return all + here;
    }

    /// <summary>A worker has polled.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="poll">Its signed words. A poll from before the last one, or from before this scheduler started, is an old one sent
    /// again.</param>
    /// <returns>Whether these are its latest words.</returns>
    public bool Note(Address worker, Poll poll)
    {
        if (poll.At < _started) return false;
        var now = clock.GetUtcNow();
        var sight = new Sight(poll.At, now, poll.Free > 0, poll.Leaving ? now : null);
        return _seen.AddOrUpdate(worker, sight, (_, last) => After(last, sight)).Said == poll.At;
    }

    private static Sight After(Sight last, Sight sight)
    {
        if (sight.Said > last.Said) return sight with { LeftAt = sight.LeftAt ?? last.LeftAt };
        return sight.Said == last.Said ? sight with { At = last.At, LeftAt = last.LeftAt } : last;
    }

    /// <summary>A worker has sent a message.</summary>
    /// <exception cref="ProtocolException">It is not registered.</exception>
    public async Task<RegisteredWorker> AdmitAsync(Address worker, CancellationToken stop)
    {
        if (_registered.TryGetValue(worker, out var known)) return known;
        // Anybody can make up addresses that are not registered: they do not have the ledger asked more often than it is anyway.
        if (clock.GetUtcNow() - _refreshed >= terms.LedgerInterval) await RefreshAsync(stop);
        return _registered.TryGetValue(worker, out known)
            ? known
            : throw new ProtocolException(Refusal.UnknownWorker, $"{worker} is not registered as a worker, or is leaving.");
    }

    /// <summary>Whether a job was under way before this scheduler started, and its workers may still be on their way back.</summary>
    public bool IsSettlingIn(JobId job, TimeSpan time) => clock.GetUtcNow() - _opening.At <= time && _opening.Jobs?.Contains(job) == true;

    /// <summary>Whether a worker has been heard of lately, or may still be heard of after a restart.</summary>
    public bool IsPresent(Address worker)
    {
        if (!_registered.ContainsKey(worker)) return false;
        return _seen.TryGetValue(worker, out var sight)
            // Whoever leaves is away for as long as whoever falls silent: to come and go is no way to choose one's tasks.
            ? !IsLately(sight.LeftAt) && IsLately(sight.At)
            : IsLately(_opening.At);
    }

    /// <summary>Whether a worker computes a task of this scheduler, or took one up lately.</summary>
    public bool IsBusy(Address worker) => _busy.Contains(worker);

    /// <summary>Workers that have offered room, or compute here, and work for that much a task.</summary>
    public IReadOnlyList<PoolMember> Present(Money least) => Members(least, worker => !IsResting(worker));

    /// <summary>
    /// The same of workers that have let others wait: they have no place in draws for a while, and come last where a seat must be filled.
    /// </summary>
    public IReadOnlyList<PoolMember> SetAside(Money least) => Members(least, IsResting);

    /// <summary>Everybody who has offered room, or computes here, whatever they ask.</summary>
    public IReadOnlyList<PoolMember> Everybody() => Members(Money.Most, _ => true);

    private IReadOnlyList<PoolMember> Members(Money least, Func<Address, bool> wanted) =>
    [
        .. _registered.Values
            .Where(worker => worker.MinimumFee <= least && HasRoom(worker.Worker) && IsPresent(worker.Worker) && wanted(worker.Worker))
            .Select(worker => new PoolMember(worker.Worker, worker.Operator, worker.MinimumFee))
            .OrderBy(worker => worker.Worker),
    ];

    private bool IsLately(DateTimeOffset? time) => time is { } at && clock.GetUtcNow() - at <= terms.Presence;

    private bool HasRoom(Address worker) => _seen.TryGetValue(worker, out var sight) && (sight.HasRoom || _busy.Contains(worker));

    /// <summary>Whether a worker has let others wait and has no place in draws for a while.</summary>
    public bool IsResting(Address worker) => _resting.TryGetValue(worker, out var until) && clock.GetUtcNow() < until;

    private static TimeSpan RestAfter(int lapses)
    {
        var rest = FirstRest * Math.Pow(2, Math.Min(lapses - 1, 16));
        return rest < LongestRest ? rest : LongestRest;
    }

    /// <param name="Said">When the worker's clock says it polled.</param>
    /// <param name="At">When that was heard first.</param>
    /// <param name="HasRoom">Whether it could take up something more.</param>
    /// <param name="LeftAt">When it last said that it leaves.</param>
    private readonly record struct Sight(DateTimeOffset Said, DateTimeOffset At, bool HasRoom, DateTimeOffset? LeftAt);

    /// <param name="at">From when on this scheduler has heard everybody.</param>
    private sealed class Opening(DateTimeOffset at)
    {
        public DateTimeOffset At => at;

        /// <summary>The jobs that were under way then; null before they were looked at.</summary>
        public HashSet<JobId>? Jobs { get; set; }
    }
}
