using DataBright.Compute.Ledger;
using DataBright.Compute.Points;
using DataBright.Compute.Referees;
using DataBright.Compute.Scheduler.State;
using DataBright.Compute.Scheduler.Stores;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Storage;

namespace DataBright.Compute.Scheduler;

/// <summary>
/// Does what the states of jobs ask for outside the scheduler: on the ledger, at the referee, in the blob store. What fails or hangs holds
/// up what needs it and nothing else.
/// </summary>
internal sealed class JobDriver
{
    private const int MaxPasses = 256;

    private readonly JobBook _book;
    private readonly WorkerPresence _presence;
    private readonly OrderIntake _intake;
    private readonly JobSteps _steps;
    private readonly JobTasks _tasks;
    private readonly RoundMeasuring _rounds;
    private readonly Acts _acts;
    private readonly TimeProvider _clock;
    private readonly SchedulerTerms _terms;
    private DateTimeOffset _ledgerAsked = DateTimeOffset.MinValue;
    private SchedulerStoreException? _storeFault;

    public JobDriver(
        JobBook book, WorkerPresence presence, IJobLedger ledger, IBlobStore blobs, IShardSource shards, MeasuredPoints points,
        IReferee referee,
        Func<Hash32> chance, EthereumKey key, Acts acts, TimeProvider clock, SchedulerTerms terms)
    {
        (_book, _presence, _acts, _clock, _terms) = (book, presence, acts, clock, terms);
        var figures = new JobFigures();
        _intake = new OrderIntake(book, ledger, blobs, clock, terms);
        _steps = new JobSteps(book, presence, ledger, blobs, shards, points, figures, chance, clock);
        _rounds = new RoundMeasuring(book, blobs, shards);
        _tasks = new JobTasks(book, presence, _steps, ledger, blobs, referee, figures, key, clock, terms);
    }

    /// <summary>Told of a subject that could not be moved, with the reason; it is tried again.</summary>
    public Action<JobId?, Exception> Report { get; set; } = (_, _) => { };

    /// <summary>Brings every job as far as it can go now, one act after the other.</summary>
    public async Task AdvanceAsync(CancellationToken stop)
    {
        for (var pass = 0; pass < MaxPasses; pass++)
        {
            var change = _book.Change;
            await PassAsync((key, limit, act, ended) => _acts.DoAsync(key, limit, act, ended, stop), stop);
            if (Interlocked.Exchange(ref _storeFault, null) is { } fault) throw fault;
            if (!change.IsCompleted) return;
        }
    }

    /// <summary>Begins whatever is due and does not wait for its end.</summary>
    /// <exception cref="SchedulerStoreException">The database failed since the last time.</exception>
    public async Task BeginAsync(CancellationToken stop)
    {
        if (Interlocked.Exchange(ref _storeFault, null) is { } fault) throw fault;
        await PassAsync(
            (key, limit, act, ended) =>
            {
                // What is decided without asking anybody is done at once.
                if (key.Kind == ActKind.Tend) return _acts.DoAsync(key, limit, act, ended, stop);
                _ = Task.Run(() => GuardedAsync(_acts.DoAsync(key, limit, act, ended, stop)), CancellationToken.None);
                return Task.CompletedTask;
            },
            stop);
    }

    /// <inheritdoc cref="WorkerPresence.Interrupted"/>
    public void Interrupted() => _presence.Interrupted();

    private delegate Task Begin(ActKey key, TimeSpan limit, Func<CancellationToken, Task> act, Action<Exception?, Tries> ended);

    private async Task PassAsync(Begin begin, CancellationToken stop)
    {
        _presence.Observe(_book.All);
        _acts.ForgetAll(IsOver);
        await WatchAsync(begin);
        // Orders whose plans never come do not stand before those that were not looked at yet.
        var orders = _intake.Waiting.Where(order => _acts.IsDue(ReadKey(order))).OrderBy(order => _acts.FailuresOf(ReadKey(order)));
        foreach (var order in orders.Take(_terms.PlansAtOnce).ToList())
            await begin(ReadKey(order), _terms.ActLimit, token => _intake.ReadAsync(order, token), (fault, _) => OrderWaits(order, fault));
        foreach (var job in _book.All)
        {
            stop.ThrowIfCancellationRequested();
            if (job is { Phase: JobPhase.Running, Unmeasured: { } round }) await MeasureAsync(job, round, begin);
            foreach (var (key, limit, act) in ActsOf(job))
                if (_acts.IsDue(key)) await begin(key, limit, act, (fault, tries) => JobEnded(job.Id, fault, tries));
        }
    }

    /// <summary>A figure that cannot be had keeps nothing waiting and ends no job.</summary>
    private async Task MeasureAsync(SchedulerJob job, int round, Begin begin)
    {
        var key = new ActKey(ActKind.Measure, job.Id);
        if (!_acts.IsDue(key)) return;
        await begin(key, _terms.ActLimit, token => _rounds.MeasureAsync(job, round, token), (fault, _) =>
        {
            if (fault is not null) _rounds.GiveUp(job, round);
        });
    }

    private async Task WatchAsync(Begin begin)
    {
        var key = new ActKey(ActKind.Watch);
        var now = _clock.GetUtcNow();
        if (!_acts.IsDue(key) || now - _ledgerAsked < _terms.LedgerInterval) return;
        _ledgerAsked = now;
        await begin(key, _terms.ActLimit, LookAsync, (fault, _) =>
        {
            if (fault is not null) Report(null, fault);
        });
    }

    private async Task LookAsync(CancellationToken stop)
    {
        await _presence.RefreshAsync(stop);
        await _intake.LookAsync(stop);
    }

    private IEnumerable<(ActKey Key, TimeSpan Limit, Func<CancellationToken, Task> Act)> ActsOf(SchedulerJob job)
    {
        if (job.IsShed(_clock.GetUtcNow(), _terms))
            yield return Act(ActKind.Tend, job, _ => Local(() => _book.Apply(job.Id, state => state.Shed())));
        if (job.Unreported.Any()) yield return Act(ActKind.Report, job, token => _tasks.ReportAsync(Now(job), token));
        if (job.IsOver) yield break;
        if (_clock.GetUtcNow() >= job.Terms.Deadline && job.Phase != JobPhase.Settling)
        {
            yield return Act(ActKind.Tend, job,
                _ => Local(() => _book.Apply(job.Id, state => state.Fail("The deadline has passed; the buyer can be refunded."))));
            yield break;
        }

        if (job is { Phase: JobPhase.Settling, NeedsAnchor: true } && _clock.GetUtcNow() < job.Terms.Deadline)
        {
            // The ledger has lost the commitments that the settlement rests on.
            yield return Act(ActKind.Anchor, job, token => _tasks.AnchorAsync(Now(job), token));
            yield break;
        }

        if (job.Phase == JobPhase.Running)
        {
            yield return Act(ActKind.Tend, job, _ => Local(() => _tasks.Tend(job)));
            if (job.Ready.Any()) yield return Act(ActKind.Open, job, token => _tasks.OpenAsync(Now(job), token));
            foreach (var task in job.Judging)
                yield return (new ActKey(ActKind.Judge, job.Id, task.Key), _terms.JudgeLimit,
                    token => _tasks.JudgeAsync(Now(job), task, token));
            if (job.NeedsAnchor) yield return Act(ActKind.Anchor, job, token => _tasks.AnchorAsync(Now(job), token));
            if (!job.CanSettle) yield break;
        }

        yield return Act(ActKind.Move, job, token => MoveAsync(job.Id, token));
    }

    private async Task MoveAsync(JobId id, CancellationToken stop)
    {
        var job = _book.Find(id)!;
        for (var before = (SchedulerJob?)null; !ReferenceEquals(job, before) && !job.IsOver;)
        {
            before = job;
            using var span = SchedulerMetrics.Step(job.Phase);
            job = await _steps.MoveAsync(job, stop);
            SchedulerMetrics.End(span, before, job);
        }
    }

    private (ActKey, TimeSpan, Func<CancellationToken, Task>) Act(ActKind kind, SchedulerJob job, Func<CancellationToken, Task> act) =>
        (new ActKey(kind, job.Id), _terms.ActLimit, act);

    private SchedulerJob Now(SchedulerJob job) => _book.Find(job.Id) ?? job;

    private static Task Local(Action act)
    {
        act();
        return Task.CompletedTask;
    }

    /// <summary>Whether nothing is done about a subject any more.</summary>
    private bool IsOver(ActKey key) => key switch
    {
        { Job: null } => false,
        { Kind: ActKind.Read, Job: { } id } => !_intake.IsWaiting(id),
        { Kind: ActKind.Give, Job: { } id, Task: { } task } =>
            _book.Find(id) is not { IsOver: false } job || job.Tasks.GetValueOrDefault(task)?.FindLease(key.Lease) is null,
        { Job: { } id } => _book.Find(id) is not { } job || (job.IsOver && !job.Unreported.Any() && job.Tasks.Count == 0),
    };

    private static ActKey ReadKey(LedgerJob order) => new(ActKind.Read, order.Terms.Id);

    private void OrderWaits(LedgerJob order, Exception? fault)
    {
        if (fault is not null) _book.TellWaiting(order.Terms, Faults.Words(fault));
    }

    /// <summary>What failed is written on the job. A failure that nobody foresaw ends with the job rather than never.</summary>
    private void JobEnded(JobId id, Exception? fault, Tries tries)
    {
        if (fault is not null) Report(id, fault);
        var words = fault is null ? "" : Faults.Words(fault);
        var isEnd = fault is not null && tries.Unforeseen >= Faults.MaxUnforeseen;
        try
        {
            _book.Apply(id, state =>
                fault is null ? state.GoesOn()
                    : isEnd ? state.Fail($"Given up after {tries.Failures} failures: {words}") : state.Wait(words));
        }
        catch (Exception storing)
        {
            Interlocked.Exchange(ref _storeFault, storing as SchedulerStoreException
                ?? new SchedulerStoreException($"The scheduler's database cannot be used: {Faults.Words(storing)}", storing));
        }
    }

    private async Task GuardedAsync(Task act)
    {
        try
        {
            await act;
        }
        catch (SchedulerStoreException fault)
        {
            Interlocked.Exchange(ref _storeFault, fault);
        }
    }
}
