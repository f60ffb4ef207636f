using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Cli.Terminal;
using DataBright.Cli.Usage;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Index;
using DataBright.Market.Proposals;
using DataBright.Market.Requests;
using Spectre.Console;

namespace DataBright.Cli.Accounts;

/// <summary>Collects whatever the market's contracts owe an account, one transaction for each contract that owes something.</summary>
internal sealed class WithdrawCommand : SigningVerb
{
    private const int MostSponsors = 10_000;

    private readonly Option<string?> _for;

    public WithdrawCommand()
        : base("withdraw", "Collect everything the market owes an account: job refunds and rewards, earnings of models, bonds, what is left of sponsorship, dividends", "account withdraw --key ada") =>
        _for = Take<string?>("--for", Party.Check, "Pay somebody else's out to them (default: your own)", "WHO");

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Signer signer, Output output, CancellationToken stop)
    {
        var account = arguments.GetValue(_for) is { } named ? Party.Resolve(named, market.Home) : signer.Address;
        var debts = await DebtsAsync(market, account, stop);
        var paid = new List<(string From, Money Amount)>();
        foreach (var (from, collect) in debts)
            paid.Add((from, await output.WaitAsync($"Collecting {from}", _ => collect(signer))));
        var total = paid.Aggregate(Money.Zero, (sum, one) => sum + one.Amount);
        output.Show(new { account, total, paid = paid.Select(one => new { from = one.From, amount = one.Amount }) }, console =>
        {
            if (paid.Count == 0)
            {
                console.WriteLine($"Nothing waits for {account}.");
                return;
            }

            var table = Sheet.Of("From", ">Amount");
            foreach (var (from, amount) in paid)
                table.Row(from, amount);
            table.Row("Together", total);
            console.Write(table);
        });
        return ExitCode.Done;
    }

    private static async Task<List<(string From, Func<Signer, Task<Money>> Collect)>> DebtsAsync(MarketAccess market, Address account, CancellationToken stop)
    {
        var (ledger, debts) = (market.Ledger, new List<(string, Func<Signer, Task<Money>>)>());
        if (await ledger.Jobs.OwedAsync(account, stop) > Money.Zero)
            debts.Add(("jobs", by => ledger.Jobs.WithdrawAsync(account, by, stop)));
        if (await ledger.Predictions.OwedAsync(account, stop) > Money.Zero)
            debts.Add(("predictions", by => ledger.Predictions.WithdrawAsync(account, by, stop)));
        if (await ledger.Usage.OwedAsync(account, stop) > Money.Zero)
            debts.Add(("bonds of usage dividends", by => ledger.Usage.WithdrawAsync(account, by, stop)));
        using var reading = await IndexReading.OpenAsync(market, stop);
        foreach (var bond in Bonds(reading.Index, account))
            debts.Add(($"the bond of proposal {bond}", by => ledger.Proposals.WithdrawBondAsync(bond, by, stop)));
        foreach (var request in Sponsored(reading.Index, account))
            debts.Add(($"what is left of request {request}", by => ledger.Requests.RefundAsync(request, account, by, stop)));
        foreach (var holding in reading.Index.Shares.HoldingsOf(account))
            if (await ledger.Shares.ClaimableAsync(holding.Dataset, account, stop) > Money.Zero)
                debts.Add(($"dividends of dataset {holding.Dataset}", by => ledger.Shares.ClaimAsync(holding.Dataset, account, by, stop)));
        foreach (var use in (await UsageBook.WaitingAsync(market, reading.Index, account, stop)).Where(use => use.Claimable))
            debts.Add(($"the use of points in job {use.Job}", async by => await UsageBook.PayAsync(market, await UsageBook.RequireAsync(market, use.Job, stop), account, by, stop)));
        return debts;
    }

    private static IEnumerable<ProposalId> Bonds(LedgerIndex index, Address account) =>
        ListOptions.Read(int.MaxValue, request => index.Proposals.List(null, request))
            .Where(one => one.Contributor == account && !one.BondWithdrawn && one.Bond > Money.Zero && one.State is not (ProposalState.Open or ProposalState.Rejected))
            .Select(one => one.Id);

    /// <summary>Requests that are over with something left, to which the account gave.</summary>
    private static IEnumerable<RequestId> Sponsored(LedgerIndex index, Address account) =>
        ListOptions.Read(int.MaxValue, request => index.Requests.List(null, request))
            .Where(one => one.Request is { State: RequestState.Refused or RequestState.Closed } over && over.Pot > over.Paid)
            .Select(one => one.Request.Id)
            .Where(id => index.Requests.Sponsors(id, MostSponsors).Any(one => one.Sponsor == account && one.Refunded == Money.Zero));
}
