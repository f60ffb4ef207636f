using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Cli.Accounts;
using DataBright.Cli.Home;
using DataBright.Cli.Terminal;
using DataBright.Compute.Predictions;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Models;
using Spectre.Console;

namespace DataBright.Cli.Models;

/// <summary>Asks a model, of one worker or of several at once; opens a channel where there is none, and signs vouchers unseen.</summary>
internal sealed class PredictCommand : MarketVerb
{
    private const ulong DefaultDepositPredictions = 1_000;
    private const int MostWorkers = 9;
    private const int MostAnswer = 64 << 20;

    private readonly Argument<ModelId> _id;
    private readonly Option<Uri[]> _at;
    private readonly PredictionInput _input;
    private readonly Option<Money?> _deposit;
    private readonly Option<bool> _trial;
    private readonly KeyOptions _key;

    public PredictCommand()
        : base("predict", "Ask a model: pays by voucher through a channel, which is opened where there is none", "model predict 1 --picture seven.png")
    {
        _id = Expect("ID", ModelId.Parse, "Its number");
        _at = Take<Uri[]>("--at", "The worker that serves it (default: the one that serves from the data folder); given three times, two have to agree", "URL");
        _at.CustomParser = Parsing.Each(Parsing.Url);
        _input = PredictionInput.AddTo(this);
        _deposit = Take<Money?>("--deposit", text => Money.Parse(text), "Of a new channel (default: the price of 1,000 predictions)", "DOLLARS");
        _trial = Take<bool>("--trial", "Pay nothing: use what the worker lets everybody try");
        _key = KeyOptions.AddTo(this, "Every prediction is paid by a voucher that is signed without asking anybody");
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Output output, CancellationToken stop)
    {
        var id = arguments.GetValue(_id);
        var model = await market.Ledger.Models.FindAsync(id, stop) ?? throw Missing.Model(id);
        using var lines = new Lines(Workers(arguments, market.Home, id));
        var facts = await Task.WhenAll(lines.All.Select(http => PredictionClient.FactsAsync(http, id, stop)));
        foreach (var one in facts)
            one.Require(model);
        if (facts.Any(one => !one.Input.SequenceEqual(facts[0].Input) || one.Classes != facts[0].Classes))
            throw new Failure(ExitCode.Unreachable, $"The workers do not agree on what model {id} takes, so one of them lies. Ask others.");
        var (inputs, labels) = await _input.ReadAsync(arguments, facts[0], stop);
        using var key = arguments.GetValue(_trial) || facts.All(one => one.Price == Money.Zero) ? null : _key.Open(arguments, market.Home, market.Ledger.Addresses.ChainId);
        var clients = new List<PredictionClient>();
        foreach (var (http, one) in lines.All.Zip(facts))
            clients.Add(key is null || one.Price == Money.Zero
                ? PredictionClient.ForTrial(http, one, model.Checkpoint, market.Ledger.Addresses)
                : await PayingAsync(arguments, market, model, http, one, key, labels.Length, output, stop));
        var panel = Panel(market, clients);
        try
        {
            var polled = await output.WaitAsync("Predicting", report => new Poll(panel, market, output).AskAsync(inputs, labels.Length, report, stop));
            PredictionScreen.Show(output, model, panel, polled, labels);
        }
        finally
        {
            foreach (var client in clients)
                client.Keep();
        }

        return ExitCode.Done;
    }

    private Uri[] Workers(ParseResult arguments, HomeFolder home, ModelId id) => arguments.GetValue(_at) switch
    {
        { Length: > MostWorkers } many => throw new Failure(ExitCode.Usage, $"{many.Length} workers are named with --at; {MostWorkers} are asked at most."),
        { Length: > 0 } named => named,
        _ => [RunningNode.FindServing(home)?.Address ?? throw new Failure(ExitCode.Usage, $"Name the worker that serves model {id} with --at URL: none serves from {home.Root}.")],
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

        return PredictionClient.Paying(http, facts, model, market.Ledger.Addresses, key, channel, book);
    }

    /// <summary>A way to each worker.</summary>
    private sealed class Lines(Uri[] workers) : IDisposable
    {
        public IReadOnlyList<HttpClient> All { get; } = [.. workers.Select(worker => new HttpClient(new SocketsHttpHandler()) { BaseAddress = worker, Timeout = TimeSpan.FromSeconds(60), MaxResponseContentBufferSize = MostAnswer })];

        public void Dispose()
        {
            foreach (var line in All)
                line.Dispose();
        }
    }
}
