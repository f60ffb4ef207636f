using System.CommandLine;
using DataBright.Learning.Benchmarks;
using DataBright.Market;
using DataBright.Terminal;

namespace DataBright.Benches;

/// <summary>How fast predictions are sold and the ledger is indexed here.</summary>
public sealed class NodeCommand()
    : BenchVerb("node", "Measure predictions by voucher over HTTP, and the index over a million events", "bench node --json")
{
    private const int Blocks = 10_000;

    protected override async Task<int> RunAsync(ParseResult arguments, Output output, CancellationToken stop)
    {
        var folder = Directory.CreateTempSubdirectory("databright-bench-");
        try
        {
            var bars = new List<BenchBar>();
            bars.AddRange(await output.WaitAsync("Selling predictions", report => PredictionBench.RunAsync(folder.FullName, report, stop)));
            var index = await output.WaitAsync("Indexing",
                report => Task.Run(() => IndexBench.Measure(Path.Combine(folder.FullName, "million.db"), Blocks, report, stop), stop));
            bars.Add(new BenchBar("index one million ledger events", Math.Round(index.Seconds, 1), "s", 60, null, null, index.Seconds <= 60,
                $"{index.Events:N0} share transfers of 20,000 holders, undo kept"));
            bars.Add(new BenchBar("page queries over them, p99", Math.Round(index.P99Milliseconds, 2), "ms", 20, null, null,
                index.P99Milliseconds <= 20, $"{index.Pages:N0} pages, median {index.MedianMilliseconds:0.00} ms"));
            return Tell(output, bars);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
