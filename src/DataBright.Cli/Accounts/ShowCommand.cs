using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Market;
using DataBright.Market.Accounts;
using DataBright.Terminal;
using Spectre.Console;

namespace DataBright.Cli.Accounts;

/// <summary>What somebody owns on the market.</summary>
internal sealed class ShowCommand : MarketVerb
{
    private readonly Argument<string> _who;
    private readonly Option<Uri?> _node = SchedulerNode.Option();

    public ShowCommand()
        : base("show", "Show what an account owns and is owed: ether, dollars, shares, what it can collect, and what is locked",
            "account show ada")
    {
        _who = Expect("WHO", AccountNames.Check, "A name or an address");
        Options.Add(_node);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Output output, CancellationToken stop)
    {
        var address = AccountNames.Resolve(arguments.GetValue(_who)!, market.Home);
        var ledger = market.Ledger;
        using var reading = await IndexReading.OpenAsync(market, stop);
        var holdings = new List<Holding>();
        foreach (var held in reading.Index.Shares.HoldingsOf(address))
            holdings.Add(new Holding(held.Dataset, held.Shares, await ledger.Shares.ClaimableAsync(held.Dataset, address, stop),
                held.Claimed));
        var ether = new Ether(await market.Client.BalanceAsync(address, stop: stop));
        var dollars = await ledger.Dollars.BalanceAsync(address, stop);
        using var sheets = LocalSheets.Open(market, arguments.GetValue(_node));
        var owed = await new OwedQuery(ledger, reading.Index, sheets, TimeProvider.System).ReadAsync(address, stop);
        var worker = await ledger.Workers.FindAsync(address, stop);
        var document = new { address, wei = ether.Wei, dollars, owed = OwedScreen.DocumentOf(owed), stake = worker?.Stake, holdings };
        output.Show(document, console =>
        {
            console.Write(Sheet.Facts(
                ("Address", address), ("Ether", ether), ("Dollars", dollars), ("Owed", owed.Total == Money.Zero ? null : owed.Total),
                ("Stake as a worker", worker?.Stake)));
            if (holdings.Count > 0)
            {
                console.WriteLine();
                var table = Sheet.Of("Dataset", ">Shares", ">Claimable", ">Claimed");
                foreach (var holding in holdings)
                    table.Row(holding.Dataset, holding.Shares, holding.Claimable, holding.Claimed);
                console.Write(table);
            }

            console.Draw(owed);
        });
        return ExitCode.Done;
    }
}

/// <summary>Somebody's part of a dataset.</summary>
internal sealed record Holding(DatasetId Dataset, ShareAmount Shares, Money Claimable, Money Claimed);
