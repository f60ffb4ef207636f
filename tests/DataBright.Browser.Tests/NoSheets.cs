using DataBright.Market;
using DataBright.Market.Accounts;
using DataBright.Market.Jobs;
using DataBright.Market.Usage;

namespace DataBright.Browser.Tests;

/// <summary>Of a market whose jobs have paid nobody yet.</summary>
internal sealed class NoSheets : ISheets
{
    public Task<PaySheet?> PayAsync(JobId job, CancellationToken stop) => Task.FromResult<PaySheet?>(null);

    public Task<UsageSheet?> UsageAsync(JobId id, CancellationToken stop) => Task.FromResult<UsageSheet?>(null);
}
