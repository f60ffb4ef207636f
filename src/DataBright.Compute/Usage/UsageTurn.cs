using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Trust;
using DataBright.Market.Usage;

namespace DataBright.Compute.Usage;

/// <summary>
/// Whether it is a referee's turn to say who gets what of a job, as the contract has it: so that nothing is valued that would be refused.
/// </summary>
public static class UsageTurn
{
    /// <summary>
    /// A challenge is ruled on by the job's referee, and by any other when that one's key is revoked or its window is over; so is what a
    /// scheduler does not post, or posted with a key that was revoked since.
    /// </summary>
    public static async Task<bool> IsOfAsync(Address referee, JobId id, Market.Ledger ledger, CancellationToken stop)
    {
        if (await ledger.Jobs.FindAsync(id, stop) is not { } job || await ledger.Usage.KeptAsync(id, stop) == Money.Zero) return false;
        var now = (await ledger.Client.BlockAsync(BlockTag.Latest, stop))!.Timestamp;
        var posting = await ledger.Usage.FindAsync(id, stop);
        var due = job.Deadline + await ledger.Usage.PostingPeriodAsync(stop);
        if (posting?.State != UsageState.Challenged)
        {
            var revoked = await IsRevokedAsync(job.Scheduler, ledger, stop);
            if (posting?.State is UsageState.Final or UsageState.Posted ? !revoked : !revoked && now < due) return false;
        }

        var own = await ledger.TrustedKeys.FindAsync(job.Referee, stop);
        if (own is { Revoked: false } && own.Key == referee) return true;
        if (await ledger.TrustedKeys.NumberOfAsync(referee, stop) is not { } number
            || await ledger.TrustedKeys.FindAsync(number, stop) is not { Revoked: false, Role: TrustedRole.Referee }) return false;
        return own is not { Revoked: false } || now > (posting?.Until ?? due + await ledger.Usage.WindowAsync(stop));
    }

    /// <summary>Whether the ledger once trusted a key and does not any more.</summary>
    public static async Task<bool> IsRevokedAsync(Address key, Market.Ledger ledger, CancellationToken stop) =>
        await ledger.TrustedKeys.NumberOfAsync(key, stop) is { } number
            && await ledger.TrustedKeys.FindAsync(number, stop) is { Revoked: true };
}
