namespace DataBright.Market.Usage;

/// <summary>The usage sheets behind the Merkle roots on the ledger.</summary>
/// <remarks>A sheet that does not lead to the root on the ledger pays nobody; whoever asks checks that.</remarks>
public interface IUsageSheets
{
    /// <summary>What each contributor of a job's points earned by use; null where it is not to be had here.</summary>
    Task<UsageSheet?> UsageAsync(JobId job, CancellationToken stop);
}
