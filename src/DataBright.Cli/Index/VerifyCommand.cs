using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Market;
using DataBright.Terminal;
using Spectre.Console;

namespace DataBright.Cli.Index;

/// <summary>Holds the index against the receipts of the chain's transactions.</summary>
internal sealed class VerifyCommand()
    : MarketVerb("verify",
        "Compare the index with the receipts of all transactions since the market's first block, and say what is missing", "index verify")
{
    /// <summary>Rows that a screen shows of what differs; JSON has all.</summary>
    private const int Shown = 10;

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Output output, CancellationToken stop)
    {
        // Not brought up to date first: what is compared is what readers were shown.
        using var index = LedgerIndex.Open(market.Home.Index, market.Ledger.Addresses);
        if (index.Note is { } note)
            output.Note(note);
        var findings = await output.WaitAsync("Reading receipts",
            report => index.VerifyAsync(market.Client, $"{market.Home.Index}.verify-{Environment.ProcessId}",
                block => report($"block {block} of {index.Position.Block}"), stop));
        output.Show(findings, console =>
        {
            console.Write(Sheet.Facts(("Blocks", $"{findings.From} to {findings.To}"), ("Events", findings.Events),
                ("Missing in the index", findings.Missing.Count), ("Not in the receipts", findings.Odd.Count)));
            foreach (var row in findings.Missing.Take(Shown).Select(row => $"missing: {row}")
                .Concat(findings.Odd.Take(Shown).Select(row => $"odd:     {row}")))
                console.WriteLine(TerminalWording.Of(row));
            console.WriteLine(findings.Holds ? "The index says what the receipts say."
                : "The index differs from the receipts. Build it anew with: databright index rebuild");
        });
        return findings.Holds ? ExitCode.Done : ExitCode.CheckFailed;
    }
}
