using System.Text.Encodings.Web;
using System.Text.Json;

namespace DataBright.Bench.Ethereum;

/// <summary>One thing that both clients were asked to do.</summary>
/// <param name="Subject">What it is about.</param>
/// <param name="Done">What was done.</param>
/// <param name="Nethereum">What came of it.</param>
/// <param name="Ours">What came of it here.</param>
internal sealed record Comparison(string Subject, string Done, string Nethereum, string Ours);

/// <summary>The figures of decision 0003: our Ethereum client beside Nethereum, each asked the same in the same process.</summary>
internal sealed class EthereumBench(int events, IProgress<string> progress)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public async Task<IReadOnlyList<Comparison>> RunAsync(CancellationToken stop)
    {
        var rows = new List<Comparison>();
        foreach (var file in VectorFile.All)
        {
            progress.Report($"vectors: {file.Name}");
            rows.Add(file.Run(stop));
        }
        progress.Report("keys with a leading zero");
        rows.AddRange(LeadingZeros.Run());
        progress.Report("a refused transaction");
        rows.Add(await RefusedTransaction.RunAsync(stop));
        progress.Report("a reorganisation");
        rows.AddRange(await Reorganisation.RunAsync(stop));
        progress.Report("cancellation");
        rows.AddRange(await Cancellation.RunAsync(stop));
        rows.AddRange(await new EventDecoding(events, progress).RunAsync(stop));
        return rows;
    }

    public static void Write(IReadOnlyList<Comparison> rows, bool asJson, TextWriter output)
    {
        if (asJson)
        {
            output.WriteLine(JsonSerializer.Serialize(rows, Json));
            return;
        }
        foreach (var row in rows)
            output.WriteLine($"{row.Subject}: {row.Done}\n  Nethereum  {row.Nethereum}\n  ours       {row.Ours}\n");
    }
}
