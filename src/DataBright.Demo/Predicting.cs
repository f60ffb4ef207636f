using System.Diagnostics;
using System.Globalization;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Generated;
using DataBright.Serving;

namespace DataBright.Demo;

/// <summary>Fourth chapter: a customer buys a thousand predictions, a voucher each, and one transaction settles them all.</summary>
internal sealed class Predicting(DemoMarket stage, ImageSource images, DemoLog narrator)
{
    private const int Count = 1_000;
    private const int AtOnce = 16;
    private const int WorkerBps = 2_000;
    private static readonly Money Deposit = Money.Parse("1.50");

    public async Task<PredictionLine> TellAsync(Trained trained, CancellationToken stop)
    {
        var (customer, server) = (stage.Parties[Parties.Customer], stage.Parties[Parties.Server]);
        var model = (await stage.Ledger.Models.FindAsync(trained.Model, stop))!;
        await stage.Ledger.Predictions.AppointAsync(trained.Model, server.Address, WorkerBps, stage.Parties[Parties.Buyer], stop);
        var channel = await ChannelFunding.EnsureAsync(stage.Ledger, null, trained.Model, server.Address, Deposit, model.Price * Count,
            customer, stop);
        narrator.Line(
            $"{Parties.Server} serves the model for {WorkerBps / 100} % of the price; {Parties.Customer} deposits ${Deposit} in a channel "
            + "to "
            + "her");

        int correct;
        double perSecond;
        await using (var serving = await stage.LendAsync(Parties.Server, ["model", "serve", trained.Model.ToString()], stop))
        {
            using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = new Uri(serving.Address) };
            var facts = await PredictionClient.FactsAsync(http, trained.Model, stop);
            var book = new ChannelBook(stage.Home.Channels);
            var client = PredictionClient.Paying(http, facts, model, stage.Ledger.Addresses, customer.Key, channel, book);
            var begun = Stopwatch.GetTimestamp();
            correct = await narrator.WaitAsync("asking", report => AskAsync(client, report, stop));
            perSecond = Count / Stopwatch.GetElapsedTime(begun).TotalSeconds;
            client.Keep();
        }

        var paid = model.Price * Count;
        narrator.Good(string.Create(CultureInfo.InvariantCulture,
            $"{Count:N0} predictions for ${paid}, a signed voucher each and {perSecond:N0} a second; every answer is signed and names the "
            + $"checkpoint; {(double)correct / Count:P1} are right"));
        var settlements = await SettlementsAsync(stop);
        var rest = await stage.Ledger.Predictions.CloseAsync(channel.Id, server, stop);
        narrator.Line(
            $"{Parties.Server} leaves and settles: {settlements} transaction for all {Count:N0} vouchers; closed, the channel gives "
            + $"{Parties.Customer} ${rest} back");
        return new PredictionLine(Count, correct, paid.ToString(), settlements, Math.Round(perSecond));
    }

    private async Task<int> AskAsync(PredictionClient client, Action<string> report, CancellationToken stop)
    {
        var (next, correct) = (-1, 0);
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var i && i < Count)
            {
                var answer = await client.PredictAsync(images.Test[i].ToArray(), stop);
                if (LabelOf(answer.Scores.Span) == images.Test.Labels.Span[i]) Interlocked.Increment(ref correct);
                if (i % 50 == 0) report($"{i:N0} of {Count:N0}");
            }
        }, stop)));
        return correct;
    }

    private static int LabelOf(ReadOnlySpan<float> scores)
    {
        var best = 0;
        for (var i = 1; i < scores.Length; i++)
            if (scores[i] > scores[best])
                best = i;
        return best;
    }

    private async Task<int> SettlementsAsync(CancellationToken stop)
    {
        var addresses = stage.Ledger.Addresses;
        var logs = await stage.Ledger.Client.GetAllLogsAsync(
            new LogFilter([addresses.Predictions], [Predictions.Events.VoucherSettled.Topic]), addresses.FirstBlock,
            await stage.Ledger.Client.BlockNumberAsync(stop), stop);
        return logs.Count;
    }
}
