using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Models;
using DataBright.Serving;
using DataBright.Terminal;
using DataBright.Terminal.Home;
using Spectre.Console;

namespace DataBright.Cli.Models;

/// <summary>Asks a model, of one worker or of several at once; opens a channel where there is none, and signs vouchers unseen.</summary>
internal sealed class PredictCommand : MarketVerb
{
    private const ulong DefaultDepositPredictions = 1_000;
    private const int MaxWorkers = 9;
    private const int MaxAnswer = 64 << 20;

    private readonly Argument<ModelId> _id;
    private readonly Option<Uri[]> _at;
    private readonly PredictionInput _input;
    private readonly Option<Money?> _deposit;
    private readonly Option<bool> _trial;
    private readonly KeyOptions _key;

    public PredictCommand()
        : base("predict", "Ask a model: pays by voucher through a channel, which is opened where there is none",
            "model predict 1 --picture seven.png")
    {
        _id = Expect("ID", ModelId.Parse, "Its number");
        _at = Take<Uri[]>("--at",
            "The worker that serves it (default: the one that serves from the data folder); given three times, two have to agree", "URL");
        _at.CustomParser = Parsing.Each(Parsing.Url);
        _input = PredictionInput.AddTo(this);
        _deposit = Take<Money?>("--deposit", text => Money.Parse(text),
            "Of a new channel (default: the price of 1,000 predictions)", "DOLLARS");
        _trial = Take<bool>("--trial", "Pay nothing: use what the worker lets everybody try");
        _key = KeyOptions.AddTo(this, "Every prediction is paid by a voucher that is signed without asking anybody", spends: true);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Output output, CancellationToken stop)
    {
        var id = arguments.GetValue(_id);
        if (arguments.GetValue(_trial) && arguments.GetValue(_deposit) is not null)
            throw new Failure(ExitCode.Usage, $"{_trial.Name} pays nothing, so {_deposit.Name} says nothing: give one of them.");
        var model = await market.Ledger.Models.FindAsync(id, stop) ?? throw MissingThings.Of(id);
        using var lines = new Lines(Workers(arguments, market.Home, id));
        var facts = await Task.WhenAll(lines.All.Select(http => PredictionClient.FactsAsync(http, id, stop)));
        foreach (var one in facts)
            one.Require(model);
        if (facts.Any(one => !one.Input.SequenceEqual(facts[0].Input) || one.Classes != facts[0].Classes))
            throw new Failure(ExitCode.Unreachable, $"The workers do not agree on what model {id} takes, so one of them lies. Ask others.");
        var schema = await SchemaAsync(market, model, lines.All, stop);
        var (inputs, labels) = await _input.ReadAsync(arguments, facts[0], schema, output.Note, stop);
        using var key = arguments.GetValue(_trial) || facts.All(one => one.Price == Money.Zero)
            ? null : _key.Open(arguments, market.Home, market.Ledger.Addresses.ChainId);
        if (_key.IsDryRun(arguments))
            return Rehearse(arguments, market, id, facts, key, labels.Length, output);
        var clients = new List<PredictionClient>();
        foreach (var (http, one) in lines.All.Zip(facts))
            clients.Add(key is null || one.Price == Money.Zero
                ? PredictionClient.ForTrial(http, one, model.Checkpoint, market.Ledger.Addresses)
                : await PayingAsync(arguments, market, model, http, one, key, labels.Length, output, stop));
        var panel = Panel(market, clients);
        try
        {
            var polled = await output.WaitAsync("Predicting",
                report => new TrialPoll(panel, market, output).AskAsync(inputs, labels.Length, report, stop));
            PredictionScreen.Show(output, model, panel, polled, labels, schema?.Classes);
        }
        finally
        {
            foreach (var client in clients)
                client.Keep();
        }

        return ExitCode.Done;
    }

    /// <summary>
    /// What the same would cost: vouchers and, where no channel has enough left, a deposit. Nothing is signed or sent, and no worker is
    /// asked to predict.
    /// </summary>
    private int Rehearse(ParseResult arguments, MarketAccess market, ModelId id, PredictionFacts[] facts, EthereumKey? key, int count,
        Output output)
    {
        var book = new ChannelBook(market.Home.Channels);
        var lines = facts.Select(one =>
        {
            var cost = key is null ? Money.Zero : one.Price * (ulong)count;
            var channel = key is null || cost == Money.Zero ? null : book.Find(id, one.Worker, key.Address);
            var isEnough = cost == Money.Zero || channel is not null && channel.Deposit - channel.Signed >= cost;
            return new { one.Worker, one.Price, cost, channel = channel?.Id,
                deposit = isEnough ? Money.Zero : DepositOf(arguments, one, count) };
        }).ToList();
        var (cost, deposit) = (Money.Sum(lines.Select(line => line.cost)), Money.Sum(lines.Select(line => line.deposit)));
        output.Show(new { dryRun = true, model = id, predictions = count, cost, deposit, workers = lines }, console =>
        {
            var table = Sheet.Of("Worker", ">A prediction", ">Vouchers", ">Deposit", "Channel");
            foreach (var line in lines)
                table.Row(line.Worker, line.Price, line.cost, line.deposit,
                    line.channel is { } known ? known : line.deposit > Money.Zero ? "a new one" : "none is needed");
            console.Write(table);
            console.WriteLine(
                $"Nothing was signed or sent. {count} predictions would cost {TerminalWording.Of(cost)}; {TerminalWording.Of(deposit)} "
                + "would be deposited for them, of which the rest can be taken back.");
        });
        return ExitCode.Done;
    }

    private Money DepositOf(ParseResult arguments, PredictionFacts facts, int count) =>
        arguments.GetValue(_deposit) ?? facts.Price * Math.Max(DefaultDepositPredictions, (ulong)count);

    /// <summary>What the answers are called: as the data folder has it, or as a worker tells and the ledger confirms.</summary>
    private static async Task<DatasetSchema?> SchemaAsync(MarketAccess market, Model model, IReadOnlyList<HttpClient> workers,
        CancellationToken stop)
    {
        if (await market.Ledger.Datasets.FindAsync(model.Dataset, stop) is not { } dataset)
            return null;
        if (await SchemaLink.ReadAsync(market.Blobs, dataset, stop) is { } here)
            return here;
        foreach (var http in workers)
            if ((await PredictionClient.NamesAsync(http, model.Id, stop))?.Find(dataset) is { } told)
                return told;
        return null;
    }

    private Uri[] Workers(ParseResult arguments, HomeFolder home, ModelId id) => arguments.GetValue(_at) switch
    {
        { Length: > MaxWorkers } many =>
            throw new Failure(ExitCode.Usage, $"{many.Length} workers are named with --at; {MaxWorkers} are asked at most."),
        { Length: > 0 } named => named,
        _ => [RunningNode.FindServing(home)?.Address
            ?? throw new Failure(ExitCode.Usage, $"Name the worker that serves model {id} with --at URL: none serves from {home.Root}.")],
    };

    private static PredictionPanel Panel(MarketAccess market, List<PredictionClient> clients)
    {
        try
        {
            return new PredictionPanel(market.Ledger.Addresses, clients);
        }
        catch (ArgumentException fault)
        {
            throw new Failure(ExitCode.Usage, fault.Message.Split(" (Parameter")[0]);
        }
    }

    private async Task<PredictionClient> PayingAsync(
        ParseResult arguments, MarketAccess market, Model model, HttpClient http, PredictionFacts facts, EthereumKey key, int count,
        Output output, CancellationToken stop)
    {
        var book = new ChannelBook(market.Home.Channels);
        var cost = facts.Price * (ulong)count;
        var channel = book.Find(model.Id, facts.Worker, key.Address);
        if (channel is null || channel.Deposit - channel.Signed < cost)
        {
            using var signer = new Signer(market.Client, key, TimeProvider.System);
            var deposit = DepositOf(arguments, facts, count);
            channel = await output.WaitAsync("Depositing",
                _ => ChannelFunding.EnsureAsync(market.Ledger, channel, model.Id, facts.Worker, deposit, cost, signer, stop));
            book.Keep(channel);
            output.Note($"Channel {channel.Id} to {facts.Worker} holds ${channel.Deposit}.");
        }

        return PredictionClient.Paying(http, facts, model, market.Ledger.Addresses, key, channel, book);
    }

    /// <summary>A way to each worker.</summary>
    private sealed class Lines(Uri[] workers) : IDisposable
    {
        public IReadOnlyList<HttpClient> All { get; } =
            [.. workers.Select(worker => new HttpClient(new SocketsHttpHandler()) { BaseAddress = worker,
                Timeout = TimeSpan.FromSeconds(60), MaxResponseContentBufferSize = MaxAnswer })];

        public void Dispose()
        {
            foreach (var line in All)
                line.Dispose();
        }
    }
}
