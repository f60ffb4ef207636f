using System.Diagnostics.Metrics;
using DataBright.Compute.Failures;
using DataBright.Compute.Scheduler;
using DataBright.Compute.Scheduler.State;
using DataBright.Ethereum;
using DataBright.Failures;
using DataBright.Market;
using DataBright.Market.Jobs;
using DataBright.Market.Usage;
using DataBright.Node.Roles;

namespace DataBright.Node.Scheduler;

/// <summary>
/// Posts what contributors get of the jobs that this node's scheduler has settled, and makes it final when nobody has challenged it.
/// </summary>
/// <param name="settled">The settled training jobs.</param>
/// <param name="acts">The ledger.</param>
internal sealed class UsagePostingRole(Func<IEnumerable<JobId>> settled, IUsageActs acts, IMeterFactory meters, TimeProvider clock,
    ILogger<UsagePostingRole> log)
    : BackgroundRole("Posting usage dividends", clock, log)
{
    /// <summary>After a window's end the chain's own time has to pass it too.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    /// <summary>A challenge ends at any moment within its ruling's window.</summary>
    private static readonly TimeSpan Glance = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly UsageWork _work = new("posting", "The usage dividend of job", meters, clock, log);

    public static IEnumerable<JobId> SettledBy(SchedulerHost scheduler) =>
        scheduler.Book.All.Where(job => job is { Phase: JobPhase.Settled, Plan.Kind: JobKind.Training }).Select(job => job.Id);

    protected override async Task RunAsync(CancellationToken stop)
    {
        while (true)
        {
            _work.Begin(settled(), MoveAsync, stop);
            WentWell();
            await Task.Delay(Pause, Clock, stop);
        }
    }

    /// <returns>The moment at which there is something to do for the job again; null where nothing more is to be done.</returns>
    private async Task<DateTimeOffset?> MoveAsync(JobId job, CancellationToken stop)
    {
        // What a revoked key would say is a referee's to say.
        if (!await acts.MayPostAsync(job, stop)) return null;
        if (await acts.FindAsync(job, stop) is not { } posting)
        {
            if (await acts.KeptAsync(job, stop) == Money.Zero || await acts.PostAsync(job, stop) is null) return null;
            return Clock.GetUtcNow();
        }

        if (posting.State == UsageState.Final) return null;
        if (posting.State != UsageState.Posted) return Clock.GetUtcNow() + Glance;
        var end = ChainTime.Later(posting.Until, Margin);
        if (Clock.GetUtcNow() <= end) return ChainTime.Later(end, TimeSpan.FromTicks(1));
        await acts.ConfirmAsync(job, stop);
        return Clock.GetUtcNow();
    }
}

/// <summary>
/// Says as a referee who gets what of jobs where that is challenged, or where their scheduler does not say it: of those that name this
/// node's referee, and of others when theirs is silent.
/// </summary>
/// <param name="first">The market's first block.</param>
/// <param name="acts">The ledger.</param>
internal sealed class UsageRulingRole(ulong first, IUsageActs acts, IMeterFactory meters, TimeProvider clock, ILogger<UsageRulingRole> log)
    : BackgroundRole("Ruling on usage dividends", clock, log)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>How often a job is looked at about which nothing new is on the ledger: its turn may have come by time alone.</summary>
    private static readonly TimeSpan Glance = TimeSpan.FromHours(1);

    private readonly UsageWork _work = new("ruling", "The ruling on the usage dividend of job", meters, clock, log);
    private readonly HashSet<JobId> _open = [];
    private LogCursor _read = LogCursor.From(first);

    protected override async Task RunAsync(CancellationToken stop)
    {
        while (true)
        {
            await TimeLimit.RunAsync(Limit, Clock, "Reading what is new of usage dividends", ReadOnAsync, stop);
            _open.RemoveWhere(_work.HasEnded);
            _work.Begin([.. _open], RuleAsync, stop);
            WentWell();
            await Task.Delay(Pause, Clock, stop);
        }
    }

    private async Task ReadOnAsync(CancellationToken stop)
    {
        while (await acts.NewsAsync(_read, stop) is { } news)
        {
            _open.UnionWith(news.Jobs);
            // Whose turn it is may be another's now; and a dividend can be challenged again where blocks were taken back.
            foreach (var job in news.IsTurnChanged ? [.. _open] : news.Jobs) _work.Forget(job);
            _read = news.Cursor;
        }
    }

    private async Task<DateTimeOffset?> RuleAsync(JobId job, CancellationToken stop)
    {
        if (await acts.RuleAsync(job, stop) is { } upheld)
            Log.LogInformation("Ruled on the usage dividend of job {Job}: {Outcome}", job, upheld ? "upheld" : "corrected");
        return await acts.FindAsync(job, stop) is { State: UsageState.Final } ? null : Clock.GetUtcNow() + Glance;
    }
}

/// <summary>The jobs of one of these roles, side by side, with what is told of those that fail.</summary>
internal sealed class UsageWork
{
    /// <summary>A valuation trains once more: it is tried a few times, over an hour and a half.</summary>
    private static readonly RetryTerms Terms = new(TimeSpan.FromSeconds(10), TimeSpan.FromHours(1), Most: 10);

    private static readonly TimeSpan Longest = TimeSpan.FromHours(6);

    private const int AtOnce = 4;

    private readonly SideBySide<JobId> _jobs;

    public UsageWork(string work, string what, IMeterFactory meters, TimeProvider clock, ILogger log)
    {
        _jobs = new SideBySide<JobId>(Terms, AtOnce, Longest, clock, (job, step) =>
            log.LogWarning("{Fault}", step.Tell($"{what} {job}", "Restart the node to have it tried again.")));
        meters.Create(ChainMetrics.Name).CreateObservableGauge(
            "databright.usage.given_up", () => new Measurement<int>(_jobs.GivenUp.Count, new KeyValuePair<string, object?>("work", work)),
            "{job}", "Jobs whose usage dividend this node has given up posting, or ruling on, until it is restarted.");
    }

    public bool HasEnded(JobId job) => _jobs.HasEnded(job);

    public void Forget(JobId job) => _jobs.Forget(job);

    public void Begin(IEnumerable<JobId> jobs, Func<JobId, CancellationToken, Task<DateTimeOffset?>> work, CancellationToken stop) =>
        _jobs.Begin(jobs, work, stop);
}
