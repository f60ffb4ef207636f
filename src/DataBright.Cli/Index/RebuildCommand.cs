using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Market;
using DataBright.Terminal;
using Spectre.Console;

namespace DataBright.Cli.Index;

/// <summary>Reads the whole ledger again.</summary>
internal sealed class RebuildCommand()
    : MarketVerb("rebuild", "Build the index anew from the market's first block; the chain is the truth, nothing is lost", "index rebuild")
{
    private const int MaxShown = 10;

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(250);

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Output output, CancellationToken stop)
    {
        using var held = market.Home.HoldIndex();
        using var index = LedgerIndex.Open(market.Home.Index, market.Ledger.Addresses);
        if (index.Note is { } note)
            output.Note(note);
        var head = await market.Client.BlockNumberAsync(stop);
        await output.WaitAsync("Reading the ledger", async report =>
        {
            var reading = index.RebuildAsync(market.Client, TimeProvider.System, stop);
            while (await Task.WhenAny(reading, Task.Delay(Glance, stop)) != reading)
                report($"block {index.Position.Block ?? 0} of {head}");
            await reading;
            return true;
        });
        var position = index.Position;
        var unreadable = index.UnreadableCount;
        output.Show(new { index = market.Home.Index, block = position.Block, hash = position.Hash, unreadable,
            events = index.Unreadable(MaxShown) }, console =>
        {
            console.Write(Sheet.Facts(
                ("Index", market.Home.Index), ("Up to block", position.Block), ("Hash", position.Hash),
                ("Unreadable", unreadable == 0 ? null : $"{unreadable} events, which are left out")));
            foreach (var odd in index.Unreadable(MaxShown))
                console.WriteLine(TerminalWording.Of($"block {odd.Block}, log {odd.Log} of {odd.Contract}: {odd.Reason}"));
        });
        return ExitCode.Done;
    }
}
