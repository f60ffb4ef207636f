using DataBright.Cli.Access;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Usage;
using DataBright.Terminal;

namespace DataBright.Cli.Usage;

/// <summary>Usage dividends as the evidence in the data folder tells them. What does not lead to the ledger's root is not told.</summary>
internal static class UsageBook
{
    private const int MaxJobs = 100;

    /// <summary>
    /// What the use of somebody's points earned and was not paid yet, newest first; where the evidence is not here, the amount is unknown.
    /// </summary>
    public static async Task<IReadOnlyList<UsageWaiting>> WaitingAsync(MarketAccess market, LedgerIndex index, Address contributor,
        CancellationToken stop)
    {
        var now = await market.NowAsync(stop);
        using var sheets = new LocalSheets(market, null);
        var (claims, _) = await UsageClaims.OpenToAsync(index, sheets, contributor, MaxJobs, stop);
        return [.. claims.Select(claim => new UsageWaiting(
            claim.Posting.Job, index.Jobs.Find(claim.Posting.Job)!.Dataset, contributor, claim.Amount, claim.Posting.State,
            claim.Posting.Until, claim.Amount is not null && claim.Posting.IsPayable(now)))];
    }

    /// <exception cref="Failure">What is posted about the job can be challenged, or is.</exception>
    public static async Task RequirePayableAsync(MarketAccess market, JobId job, CancellationToken stop)
    {
        var posting = await market.Ledger.Usage.FindAsync(job, stop);
        if (posting is not null && !posting.IsPayable(await market.NowAsync(stop)))
            throw new Failure(ExitCode.Refused, posting is { State: UsageState.Posted, IsPosterTrusted: false }
                ? $"Whoever posted about job {job} is not trusted any more, so a referee rules on it. See: databright usage show {job}"
                : posting.State == UsageState.Posted
                ? $"What was posted about job {job} can be challenged until {TerminalWording.Of(posting.Until)}; it can be claimed after "
                    + "that."
                : $"What was posted about job {job} is challenged and waits for a referee: its own, and from "
                    + $"{TerminalWording.Of(posting.Until)} on any other. See: databright usage show {job}");
    }

    /// <exception cref="Failure">Nothing is posted, or the evidence is not here.</exception>
    public static async Task<UsageSheet> RequireAsync(MarketAccess market, JobId job, CancellationToken stop)
    {
        if (await market.Ledger.Jobs.FindAsync(job, stop) is null)
            throw MissingThings.Of(job);
        if (await market.Ledger.Usage.FindAsync(job, stop) is null)
            throw new Failure(ExitCode.Refused,
                $"Nobody has posted who gets what of job {job} by use. Its scheduler does that when the job is settled; see: databright "
                + $"usage show {job}");
        return await LocalSheets.FindUsageAsync(market, job, stop)
            ?? throw new Failure(ExitCode.BadInput,
                $"The evidence of job {job}'s usage dividend is not in {market.Home.Root}; fetch it from the node of the job's scheduler.");
    }
}

/// <summary>What the use of somebody's points earned in a job.</summary>
/// <param name="Amount">Null where the evidence is not in the data folder.</param>
/// <param name="Until">The end of the window for a challenge, or of that in which the job's own referee alone rules on one.</param>
/// <param name="Claimable">Nobody can challenge it any more.</param>
internal sealed record UsageWaiting(JobId Job, DatasetId Dataset, Address Contributor, Money? Amount, UsageState State,
    DateTimeOffset Until, bool Claimable)
{
    /// <summary>When it can be claimed, in words.</summary>
    public string When => Claimable ? "now" : (Amount, State) switch
    {
        (null, _) => "its evidence is not here",
        (_, UsageState.Challenged) => "challenged, waits for a referee",
        _ => $"if nobody challenges it until {TerminalWording.Of(Until)}",
    };
}
