using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Node.Actions;
using DataBright.Node.Rest;
using DataBright.Node.Web;
using Contract = DataBright.Market.Generated.Shares;

namespace DataBright.Node.Shares;

/// <summary>What shareholders do with their shares, and with what these earned.</summary>
internal static class ShareActions
{
    public static IReadOnlyList<MarketAction> All { get; } =
    [
        new("claim", "Claim the dividends of one dataset's shares", ["dataset"], ClaimAsync),
        new("claim-all", "Claim every dividend and every other credit", [], ClaimAllAsync),
        new("claim-usage", "Claim what one's points earned by use in a job", ["job"], ClaimUsageAsync),
        new("transfer", "Give shares to somebody else", ["dataset", "shares", "to"], TransferAsync),
        new("delegate", "Let somebody else vote with one's shares", ["dataset", "to"], DelegateAsync),
    ];

    private static async Task<Deed> ClaimAsync(ActionForm form, ActionDesk desk, CancellationToken stop)
    {
        var dataset = form.Id<DatasetId>("dataset");
        return Deed.Of($"The dividends of dataset {dataset} are paid out to you.", $"Claim the dividends of dataset {dataset}", Contract.ClaimFor(await desk.Ledger.Shares.TokenAsync(dataset, stop), form.By));
    }

    /// <summary>One transaction for each place where something waits; each is owed by another contract.</summary>
    private static async Task<Deed> ClaimAllAsync(ActionForm form, ActionDesk desk, CancellationToken stop)
    {
        var steps = new List<Step>();
        var sum = Money.Zero;
        var portfolio = await desk.Market.PortfolioAsync(form.By, stop);
        foreach (var holding in portfolio.Holdings)
            if (await desk.Ledger.Shares.ClaimableAsync(holding.Dataset, form.By, stop) is var due && due > Money.Zero)
            {
                steps.Add(new Step($"{Wording.Dollars(due)} of dividends of dataset {holding.Dataset}", Contract.ClaimFor(await desk.Ledger.Shares.TokenAsync(holding.Dataset, stop), form.By)));
                sum += due;
            }
        foreach (var line in portfolio.Usage.Where(line => line.Claimable))
            if (await desk.Market.UsageDueAsync(line.Job, form.By, stop) is { } due)
            {
                steps.AddRange(UsageSteps(line.Job, due, form.By, desk));
                sum += due.Amount;
            }
        foreach (var (what, owed, call) in await CreditsAsync(form.By, desk, stop))
            if (owed > Money.Zero)
            {
                steps.Add(new Step($"{Wording.Dollars(owed)} of {what}", call));
                sum += owed;
            }
        return steps.Count > 0
            ? new Deed($"{Wording.Dollars(sum)} were paid out to you.", steps)
            : throw new InvalidRequestException("account", $"Nothing waits for {form.By}: the shares have earned nothing since the last claim, and there is no other credit.");
    }

    private static async Task<IReadOnlyList<(string What, Money Owed, ContractCall Call)>> CreditsAsync(Address by, ActionDesk desk, CancellationToken stop)
    {
        var at = desk.At;
        var owed = await desk.Ledger.Client.CallAllAsync(
            [Market.Generated.Jobs.Owed(at.Jobs, by), Market.Generated.Predictions.Owed(at.Predictions, by), Market.Generated.Usage.Owed(at.Usage, by)], stop: stop);
        return
        [
            ("pay and refunds of jobs", (Money)owed[0], Market.Generated.Jobs.WithdrawFor(at.Jobs, by)),
            ("earnings and deposits of predictions", (Money)owed[1], Market.Generated.Predictions.WithdrawFor(at.Predictions, by)),
            ("bonds of usage dividends", (Money)owed[2], Market.Generated.Usage.WithdrawFor(at.Usage, by)),
        ];
    }

    private static async Task<Deed> ClaimUsageAsync(ActionForm form, ActionDesk desk, CancellationToken stop)
    {
        var job = form.Id<JobId>("job");
        var due = await desk.Market.UsageDueAsync(job, form.By, stop)
            ?? throw new InvalidRequestException("job", $"Nothing of job {job} waits for {form.By}: its usage dividend is not final, gives it nothing, or was paid out before.");
        return new Deed($"{Wording.Dollars(due.Amount)} for the use of your points in job {job} were paid out to you.", UsageSteps(job, due, form.By, desk));
    }

    private static Step[] UsageSteps(JobId job, UsageDue due, Address by, ActionDesk desk)
    {
        var claim = new Step($"Claim {Wording.Dollars(due.Amount)} for the use of points in job {job}", Market.Generated.Usage.ClaimFor(desk.At.Usage, job, by, due.Amount.Units, due.Proof));
        return due.NeedsConfirming ? [new Step($"Make the usage dividend of job {job} final", Market.Generated.Usage.Confirm(desk.At.Usage, job)), claim] : [claim];
    }

    private static async Task<Deed> TransferAsync(ActionForm form, ActionDesk desk, CancellationToken stop)
    {
        var (dataset, shares, to) = (form.Id<DatasetId>("dataset"), form.Shares("shares"), form.Account("to"));
        return Deed.Of(
            $"{shares} shares of dataset {dataset} belong to {to} now.", $"Give {shares} shares of dataset {dataset} to {to}",
            Contract.Transfer(await desk.Ledger.Shares.TokenAsync(dataset, stop), to, shares));
    }

    private static async Task<Deed> DelegateAsync(ActionForm form, ActionDesk desk, CancellationToken stop)
    {
        var (dataset, to) = (form.Id<DatasetId>("dataset"), form.Account("to"));
        var who = to == form.By ? "You vote" : $"{to} votes";
        return Deed.Of(
            $"{who} with your shares of dataset {dataset}, on proposals that open from now on.", $"Let {(to == form.By ? "yourself" : to.ToString())} vote with your shares of dataset {dataset}",
            Contract.Delegate(await desk.Ledger.Shares.TokenAsync(dataset, stop), to));
    }
}
