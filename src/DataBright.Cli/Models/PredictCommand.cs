using System.CommandLine;
using System.Globalization;
using DataBright.Cli.Access;
using DataBright.Cli.Accounts;
using DataBright.Cli.Datasets;
using DataBright.Cli.Home;
using DataBright.Cli.Terminal;
using DataBright.Compute.Points;
using DataBright.Compute.Predictions;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Models;
using Spectre.Console;

namespace DataBright.Cli.Models;

/// <summary>Asks a model; opens a channel where there is none, and signs vouchers unseen.</summary>
internal sealed class PredictCommand : MarketVerb
{
    private const ulong DefaultDepositPredictions = 1_000;
    private const int MostShown = 20;

    private readonly Argument<ModelId> _id;
    private readonly Option<Uri?> _at;
    private readonly Option<string?> _row;
    private readonly PointOptions _points;
    private readonly Option<Money?> _deposit;
    private readonly Option<bool> _trial;
    private readonly KeyOptions _key;

    public PredictCommand()
        : base("predict", "Ask a model: pays by voucher through a channel, which is opened where there is none", "model predict 1 --images t10k-images-idx3-ubyte --labels t10k-labels-idx1-ubyte --take 5")
    {
        _id = Expect("ID", ModelId.Parse, "Its number");
        _at = Take<Uri?>("--at", Parsing.Url, "The worker that serves it (default: the one that serves from the data folder)", "URL");
        _row = Take<string?>("--row", "One example as numbers between commas", "NUMBERS");
        _points = PointOptions.AddTo(this, "", "Or many examples");
        _deposit = Take<Money?>("--deposit", text => Money.Parse(text), "Of a new channel (default: the price of 1,000 predictions)", "DOLLARS");
        _trial = Take<bool>("--trial", "Pay nothing: use what the worker lets everybody try");
        _key = KeyOptions.AddTo(this);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Output output, CancellationToken stop)
    {
        var id = arguments.GetValue(_id);
        var model = await market.Ledger.Models.FindAsync(id, stop) ?? throw Missing.Model(id);
        var at = arguments.GetValue(_at) ?? RunningNode.FindServing(market.Home)?.Address
            ?? throw new Failure(ExitCode.Usage, $"Name the worker that serves model {id} with --at URL: none serves from {market.Home.Root}.");
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = at, Timeout = TimeSpan.FromSeconds(60) };
        var facts = await PredictionClient.FactsAsync(http, id, stop);
        var (inputs, labels) = await InputsAsync(arguments, facts, stop);
        using var key = arguments.GetValue(_trial) || facts.Price == Money.Zero ? null : _key.Open(arguments, market.Home, market.Ledger.Addresses.ChainId);
        var client = key is null
            ? PredictionClient.ForTrial(http, facts, model.Checkpoint, market.Ledger.Addresses)
            : await PayingAsync(arguments, market, model, http, facts, key, labels.Length, output, stop);
        var scores = await output.WaitAsync("Predicting", report => AskAsync(client, inputs, labels.Length, report, stop));
        client.Keep();
        Tell(output, model, client, scores, labels);
        return ExitCode.Done;
    }

    private async Task<(ReadOnlyMemory<float> Inputs, int?[] Labels)> InputsAsync(ParseResult arguments, PredictionFacts facts, CancellationToken stop)
    {
        var size = facts.Input.Aggregate(1, (product, side) => product * side);
        if (arguments.GetValue(_row) is { } row)
        {
            var values = row.Split(',').Select(text => float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && float.IsFinite(value)
                ? value : throw new Failure(ExitCode.Usage, $"--row: '{text.Trim()}' is no number.")).ToArray();
            return values.Length == size ? (values, [null]) : throw new Failure(ExitCode.BadInput, $"--row: the model takes {size} numbers; these are {values.Length}.");
        }

        var shard = await _points.ReadAsync(arguments, facts.Classes, stop);
        return shard.Schema.Features == size
            ? (Examples.Values(shard), [.. shard.Labels.ToArray().Select(label => (int?)label)])
            : throw new Failure(ExitCode.BadInput, $"The model takes {size} values for each example; these have {shard.Schema.Features}.");
    }

    private async Task<PredictionClient> PayingAsync(
        ParseResult arguments, MarketAccess market, Model model, HttpClient http, PredictionFacts facts, EthereumKey key, int count, Output output, CancellationToken stop)
    {
        var book = new ChannelBook(market.Home.Channels);
        var cost = facts.Price * (ulong)count;
        var channel = book.Find(model.Id, facts.Worker, key.Address);
        if (channel is null || channel.Deposit - channel.Signed < cost)
        {
            using var signer = new Signer(market.Client, key, TimeProvider.System);
            var deposit = arguments.GetValue(_deposit) ?? facts.Price * Math.Max(DefaultDepositPredictions, (ulong)count);
            channel = await output.WaitAsync("Depositing", _ => ChannelFunding.EnsureAsync(market.Ledger, channel, model.Id, facts.Worker, deposit, cost, signer, stop));
            book.Keep(channel);
            output.Note($"Channel {channel.Id} to {facts.Worker} holds ${channel.Deposit}.");
        }

        return PredictionClient.Paying(http, facts, model.Checkpoint, market.Ledger.Addresses, key, channel, book);
    }

    private static async Task<float[]> AskAsync(PredictionClient client, ReadOnlyMemory<float> inputs, int count, Action<string> report, CancellationToken stop)
    {
        var size = inputs.Length / count;
        var scores = new List<float>();
        for (var done = 0; done < count; done += client.Facts.MostExamples)
        {
            if (done > 0)
                report($"{done} of {count}");
            var answer = await client.PredictAsync(inputs.Slice(done * size, Math.Min(client.Facts.MostExamples, count - done) * size), stop);
            scores.AddRange(answer.Scores.Span);
        }

        return [.. scores];
    }

    private static void Tell(Output output, Model model, PredictionClient client, float[] scores, int?[] labels)
    {
        var rows = scores.Chunk(client.Facts.Classes).Select(Guess.Of).ToArray();
        var known = labels.Zip(rows).Where(pair => pair.First is not null).ToArray();
        var right = known.Count(pair => pair.First == pair.Second.Label);
        var paid = client.Channel is null ? Money.Zero : client.Facts.Price * (ulong)rows.Length;
        output.Show(new { model = model.Id, checkpoint = model.Checkpoint, worker = client.Facts.Worker, paid, channel = client.Channel?.Id, correct = known.Length > 0 ? right : (int?)null, predictions = rows }, console =>
        {
            var table = Sheet.Of(">Example", ">Prediction", ">Sure", "Label");
            foreach (var (row, i) in rows.Take(MostShown).Select((row, i) => (row, i)))
                table.Row(i + 1, row.Label, string.Create(CultureInfo.InvariantCulture, $"{row.Probability:P1}"), labels[i] is { } label ? $"{label}{(label == row.Label ? "" : " ✗")}" : "");
            console.Write(table);
            if (rows.Length > MostShown)
                console.WriteLine($"   … and {rows.Length - MostShown} more; --json has them all");
            console.Write(Sheet.Facts(
                ("Answered by", $"checkpoint {model.Checkpoint}, as on the ledger"), ("Signed by", client.Facts.Worker),
                ("Paid", client.Channel is { } channel ? $"${paid} through channel {channel.Id}, ${channel.Deposit - channel.Signed} left" : "nothing"),
                ("Correct", known.Length > 0 ? string.Create(CultureInfo.InvariantCulture, $"{right} of {known.Length} ({(double)right / known.Length:P2})") : "not known")));
        });
    }

    /// <summary>The class with the highest score, and its share after a softmax.</summary>
    private sealed record Guess(int Label, double Probability)
    {
        public static Guess Of(float[] scores)
        {
            var best = scores.Max();
            return new Guess(Array.IndexOf(scores, best), 1 / scores.Sum(score => Math.Exp(score - best)));
        }
    }
}
