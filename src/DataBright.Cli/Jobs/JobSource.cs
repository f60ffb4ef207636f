using DataBright.Cli.Access;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Jobs;
using JobEvent = DataBright.Compute.Scheduler.State.JobEvent;

namespace DataBright.Cli.Jobs;

/// <summary>Where a job is looked at: the ledger, and its scheduler where one is named.</summary>
/// <param name="FindAsync">The job as the ledger has it; null where it has none.</param>
/// <param name="NowAsync">The time on the chain.</param>
/// <param name="WatchAsync">What its scheduler says happened after an event, and what happens then; nothing where no scheduler is
/// named.</param>
/// <param name="Name">What an account is called here.</param>
internal sealed record JobSource(
    Func<JobId, CancellationToken, Task<Job?>> FindAsync, Func<CancellationToken, Task<DateTimeOffset>> NowAsync,
    Func<JobId, long, CancellationToken, IAsyncEnumerable<JobEvent>> WatchAsync, Func<Address, string> Name)
{
    /// <param name="market">The market.</param>
    /// <param name="node">The job's scheduler; null watches the ledger alone.</param>
    public static JobSource Of(MarketAccess market, SchedulerNode? node) => new(
        market.Ledger.Jobs.FindAsync,
        market.NowAsync,
        (id, after, stop) => node is null ? AsyncEnumerable.Empty<JobEvent>() : node.WatchAsync(id, after, stop),
        AccountNames.Names(market.Home));
}
