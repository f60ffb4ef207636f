using DataBright.Compute.Points;
using DataBright.Compute.Scheduler;
using DataBright.Compute.Scheduler.State;
using DataBright.Compute.Shares;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Shares;
using DataBright.Market.Storage;
using Contract = DataBright.Market.Generated.Usage;

namespace DataBright.Node.Shares;

/// <summary>Posts what contributors get of the jobs that this node's scheduler has settled, and makes it final when nobody has challenged it.</summary>
internal sealed class UsagePosting(SchedulerHost scheduler, UsageOffice office, Market.Ledger ledger, Signer signer, TimeProvider clock, ILogger<UsagePosting> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly HashSet<JobId> _done = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            foreach (var job in scheduler.Book.All.Where(job => job is { Phase: JobPhase.Settled, Plan.Kind: DataBright.Compute.Jobs.JobKind.Training } && !_done.Contains(job.Id)).Select(job => job.Id))
                if (await UsageAttempt.MakeAsync(() => MoveAsync(job, stoppingToken), job, log, stoppingToken) == true) _done.Add(job);
            await Task.Delay(Pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <returns>Whether nothing more is to be done for the job.</returns>
    private async Task<bool> MoveAsync(JobId job, CancellationToken stop)
    {
        if (await ledger.Usage.FindAsync(job, stop) is not { } posting)
            return await ledger.Usage.KeptAsync(job, stop) == Money.Zero || await office.PostAsync(job, stop) is null;
        if (posting.State is UsageState.Final or UsageState.Lapsed) return true;
        if (posting.State == UsageState.Posted && clock.GetUtcNow() > posting.Until + Pause) await ledger.Usage.ConfirmAsync(job, signer, stop);
        return false;
    }
}

/// <summary>Rules on challenged usage dividends of jobs that name this node's referee.</summary>
internal sealed class UsageRuling(UsageOffice office, Market.Ledger ledger, EthereumKey key, TimeProvider clock, ILogger<UsageRuling> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var next = ledger.Addresses.FirstBlock;
        while (!stoppingToken.IsCancellationRequested)
        {
            if (await UsageAttempt.MakeAsync(() => RuleFromAsync(next, stoppingToken), null, log, stoppingToken) is { } seen) next = seen;
            await Task.Delay(Pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <returns>The first block that was not looked at.</returns>
    private async Task<ulong> RuleFromAsync(ulong first, CancellationToken stop)
    {
        var head = await ledger.Client.BlockNumberAsync(stop);
        if (head < first) return first;
        var filter = new LogFilter([ledger.Addresses.Usage], [Contract.Events.UsageChallenged.Topic]);
        foreach (var challenged in (await ledger.Client.GetLogsAsync(filter, first, head, stop)).Select(Contract.Events.UsageChallenged.Decode))
        {
            var job = new JobId((ulong)challenged.JobId);
            if (await ledger.Jobs.FindAsync(job, stop) is { } found && (await ledger.TrustedKeys.FindAsync(found.Referee, stop))?.Key == key.Address && await office.RuleAsync(job, stop) is { } upheld)
                log.LogInformation("Ruled on the usage dividend of job {Job}: {Outcome}", job, upheld ? "upheld" : "corrected");
        }

        return head + 1;
    }
}

internal static class UsageAttempt
{
    /// <summary>What fails is told and tried again.</summary>
    public static async Task<T?> MakeAsync<T>(Func<Task<T>> act, JobId? job, ILogger log, CancellationToken stop) where T : struct
    {
        try
        {
            return await act();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception fault) when (fault is ChainException or RpcException or RevertException or RuleBrokenException or BlobException or ShardUnreadableException or HttpRequestException or InvalidDataException)
        {
            log.LogWarning("The usage dividend{Of} waits: {Reason}", job is { } one ? $" of job {one}" : "", fault.Message);
            return null;
        }
    }
}
