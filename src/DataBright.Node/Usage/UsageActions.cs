using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Node.Actions;
using DataBright.Node.Rest;
using DataBright.Node.Web;

namespace DataBright.Node.Usage;

/// <summary>Claiming what the use of one's points earned, and doubting what others are given.</summary>
internal sealed class UsageActions(ActionContext context, IUsageReader usage)
{
    public static IReadOnlyList<MarketAction> All { get; } =
    [
        MarketAction.By<UsageActions>("claim-usage", "Claim what one's points earned by use in a job", ["job"],
            (actions, form, stop) => actions.ClaimUsageAsync(form, stop)),
        MarketAction.By<UsageActions>("challenge-usage", "Say that a usage dividend is wrong, and put up a bond", ["job", "reason"],
            (actions, form, stop) => actions.ChallengeUsageAsync(form, stop)),
    ];

    private async Task<PreparedAction> ClaimUsageAsync(ActionForm form, CancellationToken stop)
    {
        var job = form.Id<JobId>("job");
        var due = await usage.DueAsync(job, form.By, stop)
            ?? throw new InvalidRequestException("job",
                $"Nothing of job {job} waits for {form.By}: its usage dividend is not final, gives it nothing, or was paid out before.");
        return new PreparedAction($"{Wording.Dollars(due.Amount)} for the use of your points in job {job} were paid out to you.",
            UsageSteps(job, due, form.By));
    }

    private async Task<PreparedAction> ChallengeUsageAsync(ActionForm form, CancellationToken stop)
    {
        var (job, reason, bond) = (form.Id<JobId>("job"), form.Words("reason"), await context.Ledger.Usage.BondAsync(stop));
        if (reason.Length == 0) throw new InvalidRequestException("reason", "A challenge says what is wrong.");
        return await context.PrepareAsync(
            $"The usage dividend of job {job} waits for a referee. Your {Wording.Dollars(bond)} are lost if it was right, and come back "
            + "with half of the scheduler's if it was not.",
            $"Challenge the usage dividend of job {job} with a bond of {Wording.Dollars(bond)}",
            context.Ledger.Usage.Acts.Challenge(job, reason, bond), form.By, stop);
    }

    private Step[] UsageSteps(JobId job, UsageDue due, Address by)
    {
        var claim = new Step($"Claim {Wording.Dollars(due.Amount)} for the use of points in job {job}",
            context.Ledger.Usage.Acts.Claim(job, by, due.Amount, due.Proof).Call);
        return due.NeedsConfirming
            ? [new Step($"Make the usage dividend of job {job} final", context.Ledger.Usage.Acts.Confirm(job).Call), claim]
            : [claim];
    }
}
