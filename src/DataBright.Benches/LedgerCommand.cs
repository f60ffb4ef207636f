using System.CommandLine;
using DataBright.Terminal;

namespace DataBright.Benches;

/// <summary>What the market's transactions cost on a chain that exists for this alone.</summary>
public sealed class LedgerCommand()
    : BenchVerb("ledger", "Measure the gas of the market's transactions on a throw-away chain", "bench ledger --json")
{
    protected override async Task<int> RunAsync(ParseResult arguments, Output output, CancellationToken stop)
    {
        var folder = Directory.CreateTempSubdirectory("databright-bench-");
        try
        {
            return Tell(output, await output.WaitAsync("Measuring gas", async report =>
            {
                await using var market = await BenchMarket.StartAsync(Path.Combine(folder.FullName, "chain"), report, stop);
                return await new LedgerBench(market, report).RunAsync(stop);
            }));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
