using DataBright.Ethereum;
using DataBright.Market;

namespace DataBright.Node.Usage;

/// <summary>What pages and actions ask about usage dividends.</summary>
public interface IUsageReader
{
    /// <summary>
    /// What an account can claim of a job’s usage dividend; null where that is not final, gives it nothing, was paid, or cannot be told
    /// here.
    /// </summary>
    Task<UsageDue?> DueAsync(JobId job, Address contributor, CancellationToken stop);
}
