using DataBright.Compute.Usage;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Usage;
using Contract = DataBright.Market.Generated.Usage;
using KeyEvents = DataBright.Market.Generated.TrustedKeys.Events;
using OfJobs = DataBright.Market.Generated.Jobs.Events;

namespace DataBright.Node.Scheduler;

/// <summary>What the trusted roles ask of the ledger, and do on it, about usage dividends.</summary>
internal interface IUsageActs
{
    /// <summary>Where a job's part stands; null while nobody has posted.</summary>
    Task<Market.Usage.UsagePosting?> FindAsync(JobId job, CancellationToken stop);

    /// <summary>What a settled job keeps for its contributors.</summary>
    Task<Money> KeptAsync(JobId job, CancellationToken stop);

    /// <summary>Values a job and posts who gets what; null where there is nothing to divide, or it is posted already.</summary>
    Task<UsageSheet?> PostAsync(JobId job, CancellationToken stop);

    /// <summary>Makes final what nobody challenged in time.</summary>
    Task ConfirmAsync(JobId job, CancellationToken stop);

    /// <summary>What the blocks after a cursor have that may make it a referee's turn; null where there are no new ones.</summary>
    Task<UsageNews?> NewsAsync(LogCursor after, CancellationToken stop);

    /// <summary>Whether this node's key may say who gets what of a job, which a key that was revoked may not.</summary>
    Task<bool> MayPostAsync(JobId job, CancellationToken stop);

    /// <summary>Values a job as a referee and says what the ledger will have for good; null where it is not this referee's turn.</summary>
    Task<bool?> RuleAsync(JobId job, CancellationToken stop);
}

/// <summary>What is new of usage dividends.</summary>
/// <param name="Jobs">Jobs that were settled with a part for contributors, or challenged.</param>
/// <param name="IsTurnChanged">Whether a trusted key was revoked, or blocks were taken back: then any job's turn may be another's.</param>
/// <param name="Cursor">Where reading goes on.</param>
internal sealed record UsageNews(IReadOnlyList<JobId> Jobs, bool IsTurnChanged, LogCursor Cursor);

/// <summary>The real ones.</summary>
internal sealed class LedgerUsageActs(UsageDividendService dividends, Market.Ledger ledger, Signer signer, TimeProvider clock) : IUsageActs
{
    /// <summary>Proves what is missing by the blocks' blooms, and follows the chain where it takes blocks back.</summary>
    private readonly LogPoller _news = new(ledger.Client, new LogFilter(
        [ledger.Addresses.Jobs, ledger.Addresses.Usage, ledger.Addresses.TrustedKeys],
        [OfJobs.JobSettled.Topic, Contract.Events.UsageChallenged.Topic, KeyEvents.KeyRevoked.Topic]), clock);

    public Task<Market.Usage.UsagePosting?> FindAsync(JobId job, CancellationToken stop) => ledger.Usage.FindAsync(job, stop);

    public Task<Money> KeptAsync(JobId job, CancellationToken stop) => ledger.Usage.KeptAsync(job, stop);

    public Task<UsageSheet?> PostAsync(JobId job, CancellationToken stop) => dividends.PostAsync(job, stop);

    public Task ConfirmAsync(JobId job, CancellationToken stop) => ledger.Usage.ConfirmAsync(job, signer, stop);

    public async Task<UsageNews?> NewsAsync(LogCursor after, CancellationToken stop) => await _news.NextAsync(after, stop) switch
    {
        null => null,
        LogBatch batch => Read(batch),
        var rewound => new UsageNews([], IsTurnChanged: true, rewound.Cursor),
    };

    private static UsageNews Read(LogBatch batch)
    {
        var (jobs, isKeyRevoked) = (new List<JobId>(), false);
        foreach (var log in batch.Logs)
        {
            if (log.Read(OfJobs.JobSettled.Decode) is { } settled && settled.Usage != Uint256.Zero) jobs.Add(JobOf(settled.JobId));
            else if (log.Read(Contract.Events.UsageChallenged.Decode) is { } challenged) jobs.Add(JobOf(challenged.JobId));
            else if (KeyEvents.KeyRevoked.Matches(log)) isKeyRevoked = true;
        }

        return new UsageNews(jobs, isKeyRevoked, batch.Cursor);
    }

    private static JobId JobOf(Uint256 number) => new(number < (Uint256)ulong.MaxValue ? (ulong)number : ulong.MaxValue);

    public async Task<bool> MayPostAsync(JobId job, CancellationToken stop) =>
        !await UsageTurn.IsRevokedAsync(signer.Address, ledger, stop);

    public Task<bool?> RuleAsync(JobId job, CancellationToken stop) => dividends.RuleAsync(job, stop);
}
