namespace DataBright.Market.Jobs;

/// <summary>The pay sheets behind the Merkle roots on the ledger.</summary>
/// <remarks>A sheet that does not lead to the root on the ledger pays nobody; whoever asks checks that.</remarks>
public interface IPaySheets
{
    /// <summary>What each worker of a settled job earned; null where it is not to be had here.</summary>
    Task<PaySheet?> PayAsync(JobId job, CancellationToken stop);
}
