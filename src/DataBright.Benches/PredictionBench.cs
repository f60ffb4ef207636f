using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using DataBright.Learning.Benchmarks;
using DataBright.Learning.Networks;
using DataBright.Learning.Training;
using DataBright.Market;
using DataBright.Market.Models;
using DataBright.Market.Predictions;
using DataBright.Serving;
using DataBright.Storage;
using DataBright.Terminal.Home;
using DataBright.Terminal.Keys;
using DataBright.Terminal.Processes;

namespace DataBright.Benches;

/// <summary>
/// Single LeNet-5 predictions, a voucher each, over HTTP from another process: a worker that serves a registered model as its owner, a
/// channel on a chain, and a customer with some requests on the way at any time. The customer's vouchers are signed beforehand, for it is
/// the worker that is measured; answers are checked afterwards, all of them.
/// </summary>
internal static class PredictionBench
{
    private const int Samples = 5;
    private const int PerSample = 4_000;
    private const int WarmUp = 2_000;
    private const int AtOnce = 16;
    private const double MinPerSecond = 2_000;
    private const double MaxMilliseconds = 20;
    private static readonly Money Price = new(100);

    public static async Task<IReadOnlyList<BenchBar>> RunAsync(string folder, Action<string> report, CancellationToken stop)
    {
        var home = new HomeFolder(Path.Combine(folder, "home"));
        home.Create();
        await using var market = await BenchMarket.StartAsync(Path.Combine(folder, "chain"), report, stop);
        market.Ledger.Addresses.Save(home.Market);
        var (owner, customer) = (await market.PartyAsync(stop), await market.PartyAsync(stop));
        var model = await RegisterAsync(market, home, owner, stop);
        var file = Path.Combine(folder, "owner.development-key");
        BareKey.Write(file, owner.Key);
        await using var worker = await Child.StartAsync("worker", home.Logs,
            ["model", "serve", model.ToString(), "--rpc", market.Url.ToString(), "--home", home.Root, "--key-file", file,
                "--end-with-parent"], stop);

        using var http =
            new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = AtOnce }) { BaseAddress = new Uri(worker.Address) };
        var facts = await PredictionClient.FactsAsync(http, model, stop);
        const int all = WarmUp + Samples * PerSample;
        var channel = await market.Ledger.Predictions.OpenAsync(model, owner.Address, null, Price * all, customer, stop);
        report("vouchers are signed");
        var asked = Requests(market.Ledger.Addresses, channel, customer, all);
        return Bars(market.Ledger.Addresses, facts, await MeasureAsync(http, model, asked, report, stop));
    }

    private static async Task<ModelId> RegisterAsync(BenchMarket market, HomeFolder home, Signer owner, CancellationToken stop)
    {
        var dataset = await market.DatasetAsync([owner], stop);
        var parameters = TrainingRun.FreshParameters(Architectures.LeNet5, 1);
        var cid = await home.Storage.OpenBlobs().PutAsync(parameters.ToBytes(), stop);
        return await market.Ledger.Models.RegisterAsync(
            new ModelRegistration(parameters.Hash, Architectures.LeNet5.Hash, cid, [], dataset.Id, 100_000, Price, Result: null),
            owner, stop);
    }

    private static (PredictionRequest Request, byte[] Frame)[] Requests(MarketAddresses market, Channel channel, Signer customer, int count)
    {
        var statements = new VoucherStatements(market);
        var requests = new (PredictionRequest, byte[])[count];
        Parallel.For(0, count, i =>
        {
            var inputs = Enumerable.Range(0, 28 * 28).Select(p => (float)((p * 31 + i * 17) % 256) / 255).ToArray();
            var request = new PredictionRequest(statements.Sign(new Voucher(channel.Id, Price * (ulong)(i + 1)), customer.Key), inputs);
            requests[i] = (request, PredictionFrame.Write(request));
        });
        return requests;
    }

    private static async Task<(double PerSecond, List<double> Milliseconds,
        (PredictionRequest Request, byte[] Answer)[] Answers)[]> MeasureAsync(
        HttpClient http, ModelId model, (PredictionRequest Request, byte[] Frame)[] asked, Action<string> report, CancellationToken stop)
    {
        await SampleAsync(http, model, asked[..WarmUp], stop);
        var samples = new List<(double, List<double>, (PredictionRequest, byte[])[])>();
        for (var sample = 0; sample < Samples; sample++)
        {
            var measured = await SampleAsync(http, model, asked[(WarmUp + sample * PerSample)..][..PerSample], stop);
            report(string.Create(CultureInfo.InvariantCulture, $"{measured.PerSecond:N0} a second"));
            samples.Add(measured);
        }

        return [.. samples];
    }

    private static async Task<(double PerSecond, List<double> Milliseconds,
        (PredictionRequest Request, byte[] Answer)[] Answers)> SampleAsync(
        HttpClient http, ModelId model, (PredictionRequest Request, byte[] Frame)[] asked, CancellationToken stop)
    {
        var times = new double[asked.Length];
        var answers = new (PredictionRequest, byte[])[asked.Length];
        var next = -1;
        var address = new Uri($"predictions/{model}", UriKind.Relative);
        var begun = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) is var i && i < asked.Length)
            {
                var sent = Stopwatch.GetTimestamp();
                using var content = new ByteArrayContent(asked[i].Frame);
                content.Headers.ContentType = new MediaTypeHeaderValue(PredictionFrame.ContentType);
                using var answer = await http.PostAsync(address, content, stop);
                answer.EnsureSuccessStatusCode();
                answers[i] = (asked[i].Request, await answer.Content.ReadAsByteArrayAsync(stop));
                times[i] = Stopwatch.GetElapsedTime(sent).TotalMilliseconds;
            }
        }));
        return (asked.Length / Stopwatch.GetElapsedTime(begun).TotalSeconds, [.. times.Order()], answers);
    }

    private static IReadOnlyList<BenchBar> Bars(MarketAddresses market, PredictionFacts facts,
        (double PerSecond, List<double> Milliseconds, (PredictionRequest Request, byte[] Answer)[] Answers)[] samples)
    {
        var statements = new AnswerStatements(market);
        var wrong = samples.SelectMany(sample => sample.Answers).AsParallel().Count(pair =>
        {
            var answer = PredictionFrame.ReadAnswer(pair.Answer, facts.Model, pair.Request);
            return answer.Receipt.Checkpoint != facts.Checkpoint || !statements.Verify(answer.Receipt, answer.Proof, facts.Worker);
        });
        if (wrong > 0) throw new InvalidOperationException($"{wrong} answers do not hold; the figures mean nothing.");
        var perSecond = samples.Select(sample => sample.PerSecond).Order().ElementAt(samples.Length / 2);
        var p99 = samples.Select(sample => sample.Milliseconds[sample.Milliseconds.Count * 99 / 100]).Order().ElementAt(samples.Length / 2);
        var note = string.Create(CultureInfo.InvariantCulture,
            $"median of {samples.Length} samples of {PerSample:N0} requests, {AtOnce} on the way; worker and customer share "
            + $"{Environment.ProcessorCount} processors; every answer was checked");
        return
        [
            new BenchBar("single LeNet-5 predictions with a voucher over HTTP", Math.Round(perSecond), "1/s", MinPerSecond, null, null,
                perSecond >= MinPerSecond, note),
            new BenchBar("time of such a prediction, p99", Math.Round(p99, 1), "ms", MaxMilliseconds, null, null,
                p99 <= MaxMilliseconds, note),
        ];
    }
}
