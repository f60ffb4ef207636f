using DataBright.Compute.Points;
using DataBright.Compute.Protocol;
using DataBright.Compute.Usage;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Accounts;
using DataBright.Market.Jobs;
using DataBright.Market.Usage;
using DataBright.Storage;

namespace DataBright.Cli.Access;

/// <summary>
/// Pay sheets from the node of the market's scheduler, usage sheets from the evidence in the data folder. What is not to be had is null.
/// </summary>
internal sealed class LocalSheets(MarketAccess market, SchedulerNode? scheduler) : ISheets, IDisposable
{
    /// <summary>Why the scheduler's node did not answer; null where it did, or was not asked.</summary>
    public string? Trouble { get; private set; }

    /// <param name="market">The market.</param>
    /// <param name="named">The scheduler's node; null for the one that runs on the data folder.</param>
    public static LocalSheets Open(MarketAccess market, Uri? named) => new(market, SchedulerNode.Find(named, market.Home));

    public async Task<PaySheet?> PayAsync(JobId job, CancellationToken stop)
    {
        // A node that is away would make every job wait for it.
        if (scheduler is null || Trouble is not null)
            return null;
        try
        {
            return await scheduler.ResultAsync(job, stop) is { Pay.Count: > 0 } result
                ? new PaySheet(job, [.. result.Pay.Select(pay => (pay.Worker, pay.Amount))]) : null;
        }
        catch (HttpRequestException away)
        {
            Trouble = away.Message;
            return null;
        }
        catch (Exception odd) when (odd is ProtocolException or ArgumentException)
        {
            return null;
        }
    }

    public async Task<UsageSheet?> UsageAsync(JobId job, CancellationToken stop)
    {
        try
        {
            return await FindUsageAsync(market, job, stop);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>The usage sheet of a job: null while nothing is posted, or where the evidence is not here.</summary>
    /// <exception cref="InvalidDataException">The evidence does not lead to what stands on the ledger.</exception>
    public static async Task<UsageSheet?> FindUsageAsync(MarketAccess market, JobId job, CancellationToken stop)
    {
        // Nothing is signed or measured here: the key is nobody's.
        using var nobody = EthereumKey.Generate();
        using var signer = new Signer(market.Client, nobody, TimeProvider.System);
        using var points = new BlobShardSource(market.Blobs);
        try
        {
            return await new UsageDividendService(market.Ledger, market.Blobs, points, signer).FindSheetAsync(job, stop);
        }
        catch (BlobMissingException)
        {
            return null;
        }
    }

    public void Dispose() => scheduler?.Dispose();
}
