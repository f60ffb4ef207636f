using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Cli.Usage;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Terminal;
using DataBright.Terminal.Keys;
using Spectre.Console;

namespace DataBright.Cli.Shares;

/// <summary>Which shares somebody has, and what they earned.</summary>
internal sealed class ListCommand : MarketVerb
{
    private readonly Option<string?> _holder;

    public ListCommand()
        : base("list", "List shares and what they have earned", "share list --holder ada") =>
        _holder = Take<string?>("--holder", AccountNames.Check,
            "Whose: a name or an address (default: all accounts in the data folder)", "WHO");

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Output output, CancellationToken stop)
    {
        using var reading = await IndexReading.OpenAsync(market, stop);
        Address[] holders = arguments.GetValue(_holder) is { } who
            ? [AccountNames.Resolve(who, market.Home)]
            : [.. new AccountBook(market.Home).All().Select(account => account.Address)];
        var lines = new List<ShareLine>();
        foreach (var holder in holders)
            foreach (var held in reading.Index.Shares.HoldingsOf(holder))
            {
                var dataset = reading.Index.Datasets.Find(held.Dataset);
                lines.Add(new ShareLine(holder, held.Dataset, dataset?.Symbol ?? "", held.Shares,
                    await market.Ledger.Shares.ClaimableAsync(held.Dataset, holder, stop), held.Claimed));
            }

        var byUse = new List<UsageWaiting>();
        if (!output.IsJson)
            foreach (var holder in holders)
                byUse.AddRange(await UsageBook.WaitingAsync(market, reading.Index, holder, stop));
        var name = AccountNames.Names(market.Home);
        output.Show(lines, console =>
        {
            var table = Sheet.Of("Holder", ">Dataset", "Shares of", ">Shares", ">Claimable", ">Claimed");
            foreach (var line in lines)
                table.Row(name(line.Holder), line.Dataset, line.Symbol, line.Shares, line.Claimable, line.Claimed);
            console.List(table, "No shares. They are minted to those whose points are voted in.");
            if (byUse.Count > 0)
                console.MarkupLine(
                    $"[grey]{(byUse.Any(use => use.Claimable) ? "More to claim was" : "More was")} earned by the use of points: databright "
                    + "usage list[/]");
        });
        return ExitCode.Done;
    }
}

internal sealed record ShareLine(Address Holder, DatasetId Dataset, string Symbol, ShareAmount Shares, Money Claimable, Money Claimed);
