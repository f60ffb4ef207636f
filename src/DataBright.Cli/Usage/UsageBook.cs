using DataBright.Cli.Access;
using DataBright.Cli.Terminal;
using DataBright.Compute.Points;
using DataBright.Compute.Shares;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Shares;
using DataBright.Market.Storage;

namespace DataBright.Cli.Usage;

/// <summary>Usage dividends as the evidence in the data folder tells them. What does not lead to the ledger's root is not told.</summary>
internal static class UsageBook
{
    /// <summary>Null while nothing is posted, or where the evidence is not here.</summary>
    /// <exception cref="InvalidDataException">The evidence does not lead to what stands on the ledger.</exception>
    public static async Task<UsageSheet?> FindAsync(MarketAccess market, JobId job, CancellationToken stop)
    {
        // Nothing is signed or measured here: the key is nobody's.
        using var nobody = EthereumKey.Generate();
        using var signer = new Signer(market.Client, nobody, TimeProvider.System);
        using var points = new BlobShardSource(market.Blobs);
        try
        {
            return await new UsageOffice(market.Ledger, market.Blobs, points, signer).FindSheetAsync(job, stop);
        }
        catch (BlobMissingException)
        {
            return null;
        }
    }

    /// <exception cref="Failure">Nothing is posted, or the evidence is not here.</exception>
    public static async Task<UsageSheet> RequireAsync(MarketAccess market, JobId job, CancellationToken stop)
    {
        if (await market.Ledger.Jobs.FindAsync(job, stop) is null)
            throw Missing.Job(job);
        if (await market.Ledger.Usage.FindAsync(job, stop) is null)
            throw new Failure(ExitCode.Refused, $"Nobody has posted who gets what of job {job} by use. Its scheduler does that when the job is settled; see: databright usage show {job}");
        return await FindAsync(market, job, stop) ?? throw new Failure(ExitCode.BadInput, $"The evidence of job {job}'s usage dividend is not in {market.Home.Root}; fetch it from the node of the job's scheduler.");
    }
}
