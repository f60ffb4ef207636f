using DataBright.Market;
using DataBright.Market.Owed;
using DataBright.Market.Shares;
using DataBright.Node.Actions;
using DataBright.Node.Owed;
using DataBright.Node.Rest;
using DataBright.Node.Web;

namespace DataBright.Node.Shares;

/// <summary>What shareholders do with their shares, and with what these earned.</summary>
internal sealed class ShareActions(ActionContext context, IOwedReader owed)
{
    public static IReadOnlyList<MarketAction> All { get; } =
    [
        MarketAction.By<ShareActions>("claim", "Claim the dividends of one dataset's shares", ["dataset"],
            (actions, form, stop) => actions.ClaimAsync(form, stop)),
        MarketAction.By<ShareActions>("claim-all",
            "Claim everything that is owed: wages, credits, dividends, earnings, bonds, rewards, sponsorships, deposits, stakes", [],
            (actions, form, stop) => actions.ClaimAllAsync(form, stop)),
        MarketAction.By<ShareActions>("transfer", "Give shares to somebody else", ["dataset", "shares", "to"],
            (actions, form, stop) => actions.TransferAsync(form, stop)),
        MarketAction.By<ShareActions>("delegate", "Let somebody else vote with one's shares", ["dataset", "to"],
            (actions, form, stop) => actions.DelegateAsync(form, stop)),
    ];

    private async Task<PreparedAction> ClaimAsync(ActionForm form, CancellationToken stop)
    {
        var dataset = form.Id<DatasetId>("dataset");
        return await context.PrepareAsync(
            $"The dividends of dataset {dataset} are paid out to you.", $"Claim the dividends of dataset {dataset}",
            ShareActs.Claim(await context.Ledger.Shares.TokenAsync(dataset, stop), form.By), form.By, stop);
    }

    /// <summary>Everything that is owed, of whatever kind, in as few transactions as the contracts allow.</summary>
    private async Task<PreparedAction> ClaimAllAsync(ActionForm form, CancellationToken stop)
    {
        var all = await owed.FindAsync(form.By, stop)
            ?? throw new InvalidRequestException("account",
                "What is owed changes with every block, and the chain does not answer now: try again later.");
        var steps = OwedPlan.Of(all, form.By);
        return steps.Count > 0
            ? new PreparedAction($"{Wording.Dollars(all.Total)} were paid out to you.",
                [.. steps.Select(step => new Step(step.Amount == Money.Zero ? step.Summary
                    : $"{step.Summary}: {Wording.Dollars(step.Amount)}", step.Call) { Prepares = step.Prepares })]) { EachForItself = true }
            : throw new InvalidRequestException("account",
                $"Nothing waits for {form.By}: the shares have earned nothing since the last claim, and there is no other debt.");
    }

    private async Task<PreparedAction> TransferAsync(ActionForm form, CancellationToken stop)
    {
        var (dataset, shares, to) = (form.Id<DatasetId>("dataset"), form.Shares("shares"), form.Account("to"));
        return await context.PrepareAsync(
            $"{shares} shares of dataset {dataset} belong to {to} now.", $"Give {shares} shares of dataset {dataset} to {to}",
            ShareActs.Transfer(await context.Ledger.Shares.TokenAsync(dataset, stop), to, shares), form.By, stop);
    }

    private async Task<PreparedAction> DelegateAsync(ActionForm form, CancellationToken stop)
    {
        var (dataset, to) = (form.Id<DatasetId>("dataset"), form.Account("to"));
        var who = to == form.By ? "You vote" : $"{to} votes";
        return await context.PrepareAsync(
            $"{who} with your shares of dataset {dataset}, on proposals that open from now on.",
            $"Let {(to == form.By ? "yourself" : to.ToString())} vote with your shares of dataset {dataset}",
            ShareActs.Delegate(await context.Ledger.Shares.TokenAsync(dataset, stop), to), form.By, stop);
    }
}
