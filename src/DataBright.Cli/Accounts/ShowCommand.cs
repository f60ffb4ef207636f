using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Cli.Terminal;
using DataBright.Market;
using Spectre.Console;

namespace DataBright.Cli.Accounts;

/// <summary>What somebody owns on the market.</summary>
internal sealed class ShowCommand : MarketVerb
{
    private readonly Argument<string> _who;

    public ShowCommand()
        : base("show", "Show what an account owns: ether, dollars, shares, what it can claim", "account show ada") =>
        _who = Expect("WHO", Party.Check, "A name or an address");

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Output output, CancellationToken stop)
    {
        var address = Party.Resolve(arguments.GetValue(_who)!, market.Home);
        var ledger = market.Ledger;
        using var reading = await IndexReading.OpenAsync(market, stop);
        var holdings = new List<Holding>();
        foreach (var held in reading.Index.Shares.HoldingsOf(address))
            holdings.Add(new Holding(held.Dataset, held.Shares, await ledger.Shares.ClaimableAsync(held.Dataset, address, stop), held.Claimed));
        var ether = new Ether(await market.Client.BalanceAsync(address, stop: stop));
        var dollars = await ledger.Dollars.BalanceAsync(address, stop);
        var owed = await ledger.Jobs.OwedAsync(address, stop);
        var worker = await ledger.Workers.FindAsync(address, stop);
        var document = new { address, wei = ether.Wei, dollars, owed, stake = worker?.Stake, holdings };
        output.Show(document, console =>
        {
            console.Write(Sheet.Facts(
                ("Address", address), ("Ether", ether), ("Dollars", dollars), ("Owed by jobs", owed == Money.Zero ? null : owed), ("Stake as a worker", worker?.Stake)));
            if (holdings.Count == 0)
                return;
            console.WriteLine();
            var table = Sheet.Of("Dataset", ">Shares", ">Claimable", ">Claimed");
            foreach (var holding in holdings)
                table.Row(holding.Dataset, holding.Shares, holding.Claimable, holding.Claimed);
            console.Write(table);
        });
        return ExitCode.Done;
    }
}

/// <summary>Somebody's part of a dataset.</summary>
internal sealed record Holding(DatasetId Dataset, ShareAmount Shares, Money Claimable, Money Claimed);
