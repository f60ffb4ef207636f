using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Owed;
using DataBright.Node.Actions;
using DataBright.Node.Owed;
using DataBright.Node.Rest;
using DataBright.Node.Usage;
using DataBright.Node.Web;
using Contract = DataBright.Market.Generated.Shares;

namespace DataBright.Node.Shares;

/// <summary>What shareholders do with their shares, and with what these earned.</summary>
internal sealed class ShareActions(ActionContext context, IOwedReader owed, IUsageReader usage)
{
    public static IReadOnlyList<MarketAction> All { get; } =
    [
        MarketAction.By<ShareActions>("claim", "Claim the dividends of one dataset's shares", ["dataset"], (actions, form, stop) => actions.ClaimAsync(form, stop)),
        MarketAction.By<ShareActions>("claim-all", "Claim everything that is owed: wages, credits, dividends, earnings, bonds, rewards, sponsorships, deposits, stakes", [], (actions, form, stop) => actions.ClaimAllAsync(form, stop)),
        MarketAction.By<ShareActions>("claim-usage", "Claim what one's points earned by use in a job", ["job"], (actions, form, stop) => actions.ClaimUsageAsync(form, stop)),
        MarketAction.By<ShareActions>("challenge-usage", "Say that a usage dividend is wrong, and put up a bond", ["job", "reason"], (actions, form, stop) => actions.ChallengeUsageAsync(form, stop)),
        MarketAction.By<ShareActions>("transfer", "Give shares to somebody else", ["dataset", "shares", "to"], (actions, form, stop) => actions.TransferAsync(form, stop)),
        MarketAction.By<ShareActions>("delegate", "Let somebody else vote with one's shares", ["dataset", "to"], (actions, form, stop) => actions.DelegateAsync(form, stop)),
    ];

    private async Task<PreparedAction> ClaimAsync(ActionForm form, CancellationToken stop)
    {
        var dataset = form.Id<DatasetId>("dataset");
        return PreparedAction.Of($"The dividends of dataset {dataset} are paid out to you.", $"Claim the dividends of dataset {dataset}", Contract.ClaimFor(await context.Ledger.Shares.TokenAsync(dataset, stop), form.By));
    }

    /// <summary>Everything that is owed, of whatever kind, in as few transactions as the contracts allow.</summary>
    private async Task<PreparedAction> ClaimAllAsync(ActionForm form, CancellationToken stop)
    {
        var all = await owed.FindAsync(form.By, stop)
            ?? throw new InvalidRequestException("account", "What is owed changes with every block, and the chain does not answer now: try again later.");
        var steps = OwedPlan.Of(all, form.By);
        return steps.Count > 0
            ? new PreparedAction($"{Wording.Dollars(all.Total)} were paid out to you.", [.. steps.Select(step => new Step(step.Amount == Money.Zero ? step.Says : $"{step.Says}: {Wording.Dollars(step.Amount)}", step.Call))]) { EachForItself = true }
            : throw new InvalidRequestException("account", $"Nothing waits for {form.By}: the shares have earned nothing since the last claim, and there is no other debt.");
    }

    private async Task<PreparedAction> ClaimUsageAsync(ActionForm form, CancellationToken stop)
    {
        var job = form.Id<JobId>("job");
        var due = await usage.DueAsync(job, form.By, stop)
            ?? throw new InvalidRequestException("job", $"Nothing of job {job} waits for {form.By}: its usage dividend is not final, gives it nothing, or was paid out before.");
        return new PreparedAction($"{Wording.Dollars(due.Amount)} for the use of your points in job {job} were paid out to you.", UsageSteps(job, due, form.By));
    }

    private async Task<PreparedAction> ChallengeUsageAsync(ActionForm form, CancellationToken stop)
    {
        var (job, reason, bond) = (form.Id<JobId>("job"), form.Words("reason"), await context.Ledger.Usage.BondAsync(stop));
        if (reason.Length == 0) throw new InvalidRequestException("reason", "A challenge says what is wrong.");
        return await context.SpendAsync(
            $"The usage dividend of job {job} waits for a referee. Your {Wording.Dollars(bond)} are lost if it was right, and come back with half of the scheduler's if it was not.",
            $"Challenge the usage dividend of job {job} with a bond of {Wording.Dollars(bond)}", Market.Generated.Usage.Challenge(context.At.Usage, job, reason), bond, form.By, stop);
    }

    private Step[] UsageSteps(JobId job, UsageDue due, Address by)
    {
        var claim = new Step($"Claim {Wording.Dollars(due.Amount)} for the use of points in job {job}", Market.Generated.Usage.ClaimFor(context.At.Usage, job, by, due.Amount.Units, due.Proof));
        return due.NeedsConfirming ? [new Step($"Make the usage dividend of job {job} final", Market.Generated.Usage.Confirm(context.At.Usage, job)), claim] : [claim];
    }

    private async Task<PreparedAction> TransferAsync(ActionForm form, CancellationToken stop)
    {
        var (dataset, shares, to) = (form.Id<DatasetId>("dataset"), form.Shares("shares"), form.Account("to"));
        return PreparedAction.Of(
            $"{shares} shares of dataset {dataset} belong to {to} now.", $"Give {shares} shares of dataset {dataset} to {to}",
            Contract.Transfer(await context.Ledger.Shares.TokenAsync(dataset, stop), to, shares));
    }

    private async Task<PreparedAction> DelegateAsync(ActionForm form, CancellationToken stop)
    {
        var (dataset, to) = (form.Id<DatasetId>("dataset"), form.Account("to"));
        var who = to == form.By ? "You vote" : $"{to} votes";
        return PreparedAction.Of(
            $"{who} with your shares of dataset {dataset}, on proposals that open from now on.", $"Let {(to == form.By ? "yourself" : to.ToString())} vote with your shares of dataset {dataset}",
            Contract.Delegate(await context.Ledger.Shares.TokenAsync(dataset, stop), to));
    }
}
