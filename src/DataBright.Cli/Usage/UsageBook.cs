using DataBright.Cli.Access;
using DataBright.Cli.Terminal;
using DataBright.Compute.Points;
using DataBright.Compute.Shares;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Index;
using DataBright.Market.Shares;
using DataBright.Market.Storage;

namespace DataBright.Cli.Usage;

/// <summary>Usage dividends as the evidence in the data folder tells them. What does not lead to the ledger's root is not told.</summary>
internal static class UsageBook
{
    private const int MostJobs = 100;

    /// <summary>What the use of somebody's points earned and was not paid yet, newest first; where the evidence is not here, the amount is unknown.</summary>
    public static async Task<IReadOnlyList<UsageWaiting>> WaitingAsync(MarketAccess market, LedgerIndex index, Address contributor, CancellationToken stop)
    {
        var now = await NowAsync(market, stop);
        var waiting = new List<UsageWaiting>();
        foreach (var posting in index.Usage.OpenTo(contributor, MostJobs).Select(row => row.Posting))
        {
            var sheet = await FindAsync(market, posting.Job, stop);
            if (sheet is null || sheet.ClaimOf(contributor) is not null)
                waiting.Add(new UsageWaiting(posting.Job, index.Jobs.Find(posting.Job)!.Dataset, contributor, sheet?.ClaimOf(contributor)?.Amount, posting.State, posting.Until, sheet is not null && posting.IsPayable(now)));
        }

        return waiting;
    }

    /// <summary>Pays a contributor its line, after making the sheet final where only that is missing.</summary>
    public static async Task<Money> PayAsync(MarketAccess market, UsageSheet sheet, Address contributor, Signer signer, CancellationToken stop)
    {
        var posting = await market.Ledger.Usage.FindAsync(sheet.Job, stop);
        if (posting is not null && !posting.IsPayable(await NowAsync(market, stop)))
            throw new Failure(ExitCode.Refused, posting.State == UsageState.Posted
                ? $"What was posted about job {sheet.Job} can be challenged until {Wording.Of(posting.Until)}; it can be claimed after that."
                : $"What was posted about job {sheet.Job} is challenged; the referee rules on it until {Wording.Of(posting.Until)}. See: databright usage show {sheet.Job}");
        if (posting is { State: UsageState.Posted })
            await ConfirmAsync(market, sheet.Job, signer, stop);
        return await market.Ledger.Usage.ClaimAsync(sheet, contributor, signer, stop);
    }

    /// <summary>The scheduler does the same when its clock says so: whoever comes second has nothing left to do.</summary>
    private static async Task ConfirmAsync(MarketAccess market, JobId job, Signer signer, CancellationToken stop)
    {
        try
        {
            await market.Ledger.Usage.ConfirmAsync(job, signer, stop);
        }
        catch (Exception late) when (late is RuleBrokenException or RevertException)
        {
            if (await market.Ledger.Usage.FindAsync(job, stop) is not { State: UsageState.Final }) throw;
        }
    }

    /// <summary>By the chain's own clock where that is ahead, as it may be on a chain for development.</summary>
    private static async Task<DateTimeOffset> NowAsync(MarketAccess market, CancellationToken stop)
    {
        var (block, here) = ((await market.Client.BlockAsync(BlockTag.Latest, stop))!.Timestamp, TimeProvider.System.GetUtcNow());
        return block > here ? block : here;
    }

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

/// <summary>What the use of somebody's points earned in a job.</summary>
/// <param name="Amount">Null where the evidence is not in the data folder.</param>
/// <param name="Until">The end of the window for a challenge, or for the ruling on one.</param>
/// <param name="Claimable">Nobody can challenge it any more.</param>
internal sealed record UsageWaiting(JobId Job, DatasetId Dataset, Address Contributor, Money? Amount, UsageState State, DateTimeOffset Until, bool Claimable)
{
    /// <summary>When it can be claimed, in words.</summary>
    public string When => Claimable ? "now" : (Amount, State) switch
    {
        (null, _) => "its evidence is not here",
        (_, UsageState.Challenged) => $"challenged, ruling until {Wording.Of(Until)}",
        _ => $"if nobody challenges it until {Wording.Of(Until)}",
    };
}
