using DataBright.Market.Jobs;
using DataBright.Market.Shares;
using DataBright.Market.Usage;

namespace DataBright.Market.Owed;

/// <summary>The sheets behind the Merkle roots on the ledger: who gets what, which the chain itself does not know.</summary>
/// <remarks>A sheet that does not lead to the root on the ledger pays nobody; whoever asks checks that.</remarks>
public interface ISheets
{
    /// <summary>What each worker of a settled job earned; null where it is not to be had here.</summary>
    Task<PaySheet?> PayAsync(JobId job, CancellationToken stop);

    /// <summary>What each contributor of a job's points earned by use; null where it is not to be had here.</summary>
    Task<UsageSheet?> UsageAsync(JobId job, CancellationToken stop);
}
