using DataBright.Compute.Jobs;
using DataBright.Compute.Ledger;
using DataBright.Compute.Points;
using DataBright.Compute.Protocol;
using DataBright.Compute.Referees;
using DataBright.Compute.Scheduler.State;
using DataBright.Compute.Scheduler.Stores;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Storage;

namespace DataBright.Compute.Scheduler;

/// <summary>A scheduler, put together: the wire that workers talk to, the book of its jobs, and the loop that moves them.</summary>
public sealed class SchedulerHost
{
    private readonly JobDriver _driver;
    private readonly TimeProvider _clock;
    private readonly SchedulerTerms _terms;
    private readonly IBlobStore _blobs;

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
        var attendance = new Attendance(ledger, clock, _terms);
        Wire = new SchedulerEngine(Book, attendance, new Envelopes(store, blobs, shards), Losses, ledger, blobs, clock, _terms);
        _driver = new JobDriver(Book, attendance, ledger, blobs, shards, referee, chance, key, clock, _terms);
    }

    /// <summary>What workers talk to.</summary>
    public ISchedulerWire Wire { get; }

    /// <summary>The jobs, and what happens in them.</summary>
    public JobBook Book { get; }

    /// <summary>The losses that workers report.</summary>
    public LossCurves Losses { get; } = new();

    /// <summary>What a settled job came to; null while it is not settled, or when there is no such job here.</summary>
    public async Task<JobResult?> ResultAsync(JobId job, CancellationToken stop) =>
        Book.Find(job) is { Phase: JobPhase.Settled } settled ? await JobClosing.KeepAsync(settled, _blobs, stop) : null;

    /// <summary>Moves every job as far as it goes now. <see cref="RunAsync"/> does this whenever something has changed.</summary>
    public Task AdvanceAsync(Action<JobId, Exception> report, CancellationToken stop) => _driver.AdvanceAsync(report, stop);

    /// <summary>Runs until cancelled. What fails is reported and tried again.</summary>
    public async Task RunAsync(Action<string> report, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var change = Book.Change;
            try
            {
                await AdvanceAsync((job, fault) => report($"Job {job} waits: {fault.Message}"), stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault) when (fault is LedgerUnavailableException or ChainException or RpcException or RuleBrokenException or HttpRequestException or IOException)
            {
                report(fault.Message);
                change = Task.Delay(_terms.LedgerInterval, _clock, stop);
            }

            await Task.WhenAny(change, Task.Delay(_terms.LedgerInterval, _clock, stop));
        }
    }
}
