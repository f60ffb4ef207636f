using System.Globalization;
using System.Text.Json;
using BenchmarkDotNet.Running;
using DataBright.Bench;
using DataBright.Bench.Ethereum;
using DataBright.Learning.Benchmarks;

// databright-bench learning [MNIST folder]   the bars, with their references
// databright-bench deeper                    the same, with the deeper architectures
// databright-bench ethereum [--json] [events] our client beside Nethereum: decision 0003's figures
// databright-bench bit-check                 what child processes of the above do
// databright-bench [BenchmarkDotNet options] the kernels, one by one
switch (args)
{
    case ["bit-check"]:
        BitCheck.Write(Console.Out);
        return 0;

    case ["learning" or "deeper", ..]:
        var options = new LearningBenchOptions(args.ElementAtOrDefault(1), Deeper: args[0] == "deeper",
            BitCheckProgram: Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
                ? ["dotnet", typeof(KernelBenchmarks).Assembly.Location, "bit-check"] : [Environment.ProcessPath!, "bit-check"]);
        using (var interrupt = new CancellationTokenSource())
        {
            Console.CancelKeyPress += (_, press) =>
            {
                press.Cancel = true;
                interrupt.Cancel();
            };
            var bars = await new LearningBench(options, TimeProvider.System).RunAsync(new StandardError(), interrupt.Token);
            Console.WriteLine(JsonSerializer.Serialize(bars,
                new JsonSerializerOptions(JsonSerializerDefaults.Web) { WriteIndented = true,
                    Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
            return bars.Any(bar => bar.Holds == false) ? 1 : 0;
        }

    case ["ethereum", .. var rest]:
        using (var interrupt = new CancellationTokenSource())
        {
            Console.CancelKeyPress += (_, press) =>
            {
                press.Cancel = true;
                interrupt.Cancel();
            };
            var events = rest.FirstOrDefault(word => word != "--json") is { } given
                ? int.Parse(given, NumberStyles.None, CultureInfo.InvariantCulture) : 100_000;
            var rows = await new EthereumBench(events, new StandardError()).RunAsync(interrupt.Token);
            EthereumBench.Write(rows, rest.Contains("--json"), Console.Out);
            return 0;
        }

    default:
        BenchmarkSwitcher.FromAssembly(typeof(KernelBenchmarks).Assembly).Run(args);
        return 0;
}
