using DataBright.Compute.Jobs;
using DataBright.Compute.Ledger;
using DataBright.Compute.Points;
using DataBright.Compute.Protocol;
using DataBright.Compute.Quotes;
using DataBright.Compute.Referees;
using DataBright.Compute.Scheduler.State;
using DataBright.Compute.Scheduler.Stores;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Storage;

namespace DataBright.Compute.Scheduler;

/// <summary>A scheduler, put together: the wire that workers talk to, the book of its jobs, and the loop that moves them.</summary>
public sealed class SchedulerHost
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(10);

    private readonly JobDriver _driver;
    private readonly TimeProvider _clock;
    private readonly SchedulerTerms _terms;
    private readonly IBlobStore _blobs;
    private readonly WorkerPresence _presence;

    /// <param name="key">The scheduler's key: it signs what goes to the referee, and its address is the reporter of lies.</param>
    /// <param name="ledger">The ledger, writing with the scheduler's key.</param>
    /// <param name="store">Where the scheduler remembers.</param>
    /// <param name="blobs">Where plans, states, checkpoints and evidence are kept.</param>
    /// <param name="shards">Where the points come from.</param>
    /// <param name="referee">Who settles disputes.</param>
    /// <param name="chance">Thirty-two unpredictable bytes, once for each job.</param>
    /// <param name="clock">The time.</param>
    /// <param name="terms">How long to wait for whom.</param>
    /// <param name="metrics">Counts what happens; null where nobody watches.</param>
    public SchedulerHost(
        EthereumKey key, IJobLedger ledger, ISchedulerStore store, IBlobStore blobs, IShardSource shards, IReferee referee,
        Func<Hash32> chance, TimeProvider clock, SchedulerTerms? terms = null, SchedulerMetrics? metrics = null)
    {
        _clock = clock;
        _blobs = blobs;
        _terms = terms ?? new SchedulerTerms();
        Book = new JobBook(store, clock, metrics);
        var presence = _presence = new WorkerPresence(ledger, clock, _terms);
        var acts = new Acts(clock, _terms);
        var points = new MeasuredPoints(shards);
        Wire = new SchedulerEngine(Book, presence,
            new TaskOrders(Book, new ShardEnvelopes(store, blobs, shards, points, clock, _terms), acts, clock, _terms), ledger, blobs,
            clock, _terms);
        _driver = new JobDriver(Book, presence, ledger, blobs, shards, points, referee, chance, key, acts, clock, _terms);
    }

    /// <summary>What workers talk to.</summary>
    public ISchedulerWire Wire { get; }

    /// <summary>The jobs, and what happens in them.</summary>
    public JobBook Book { get; }

    /// <summary>What a settled job came to; null while it is not settled, or when there is no such job here.</summary>
    public async Task<JobOutput?> ResultAsync(JobId job, CancellationToken stop) =>
        Book.Find(job) is { Phase: JobPhase.Settled } settled ? settled.Result ?? await JobClosing.KeepAsync(settled, _blobs, stop) : null;

    /// <summary>What comes of an order before it is placed: who of those present would take it, and what it takes.</summary>
    /// <param name="plan">A plan that keeps the rules of plans.</param>
    /// <param name="pay">What workers and scheduler together are to be paid at most.</param>
    public JobQuote Quote(JobPlan plan, Money pay) =>
        Quoting.Of(plan, pay, _terms.MinFee, _presence.Everybody(), worker => _presence.IsResting(worker.Worker),
            new StepPace(Timings.Of(Book.All)));

    /// <summary>Why nothing can be moved now: the database cannot be written. Null while it can.</summary>
    public string? Trouble { get; private set; }

    /// <summary>
    /// Moves every job as far as it goes now, one thing after the other. <see cref="RunAsync"/> does this side by side, whenever something
    /// has changed.
    /// </summary>
    /// <exception cref="SchedulerStoreException">The database cannot be written.</exception>
    public Task AdvanceAsync(Action<JobId?, Exception> report, CancellationToken stop)
    {
        _driver.Report = report;
        return _driver.AdvanceAsync(stop);
    }

    /// <summary>Begins everything that is due, without waiting for what takes time.</summary>
    internal Task BeginAsync(Action<JobId?, Exception> report, CancellationToken stop)
    {
        _driver.Report = report;
        return _driver.BeginAsync(stop);
    }

    /// <summary>Runs until cancelled. What fails is reported and tried again; nothing ends it.</summary>
    public async Task RunAsync(Action<string> report, CancellationToken stop)
    {
        foreach (var (_, reason) in Book.Unreadable) report(reason);
        var last = _clock.GetUtcNow();
        for (var failures = 0; !stop.IsCancellationRequested;)
        {
            var change = Book.Change;
            if (_clock.GetUtcNow() - last > _terms.Presence) _driver.Interrupted();
            last = _clock.GetUtcNow();
            try
            {
                if (Book.Fault is not null) Book.Probe();
                await BeginAsync((job, fault) => report($"{(job is { } id ? $"Job {id}" : "The ledger")} waits: {Faults.Words(fault)}"),
                    stop);
                // Messages of workers are written as well as what is done here.
                if (Book.Fault is { } fault) throw fault;
                if (Trouble is not null)
                {
                    // What workers said meanwhile could not be kept.
                    _driver.Interrupted();
                    report("The scheduler goes on.");
                }

                (Trouble, failures) = (null, 0);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                var trouble = Faults.Words(fault);
                if (Trouble != trouble) report(trouble);
                Trouble = trouble;
                failures++;
                change = Task.Delay(PauseAfter(failures), _clock, stop);
            }

            await Task.WhenAny(change, Task.Delay(PauseAfter(failures), _clock, stop));
        }
    }

    private TimeSpan PauseAfter(int failures)
    {
        var pause = _terms.LedgerInterval * Math.Clamp(failures, 1, 30);
        return pause > ShortestPause ? pause : ShortestPause;
    }
}
