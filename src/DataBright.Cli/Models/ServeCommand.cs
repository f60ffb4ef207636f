using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Cli.Up;
using DataBright.Cli.Watching;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Models;
using DataBright.Node.Configuration;
using DataBright.Node;
using DataBright.Node.Watching;
using DataBright.Serving;
using DataBright.Storage;
using DataBright.Terminal;
using DataBright.Terminal.Home;
using DataBright.Terminal.Processes;
using Spectre.Console;

namespace DataBright.Cli.Models;

/// <summary>Answers predictions for vouchers until it is told to stop, and settles them.</summary>
internal sealed class ServeCommand : MarketVerb
{
    private static readonly Uri Front = new("http://127.0.0.1:7008");
    private static readonly Uri AnyPort = new("http://127.0.0.1:0");

    private readonly Argument<ModelId[]> _ids;
    private readonly Option<Uri?> _listen;
    private readonly Option<int> _trial;
    private readonly Option<int> _settle;
    private readonly Option<Cid[]> _grants;
    private readonly KeyOptions _key;
    private readonly CertificateOptions _certificate;
    private readonly WatchFlags _watch;
    private readonly Option<bool> _endWithParent = ParentWatch.Option();

    public ServeCommand()
        : base("serve", "Serve predictions of models for vouchers, as their owner or an appointed worker; Ctrl-C settles and leaves",
            "model serve 1 --key ada --trial-per-day 20")
    {
        _ids = Expect<ModelId[]>("ID", "The models to serve");
        _ids.Arity = ArgumentArity.OneOrMore;
        _ids.CustomParser = Parsing.Each(ModelId.Parse);
        _listen = Take<Uri?>("--listen", Parsing.Url,
            $"Where to listen (default {Front.GetLeftPart(UriPartial.Authority)}); port 0 takes a free one", "URL");
        _trial = TakeOr("--trial-per-day", 0, text => Parsing.Whole(text, 0, 1_000_000),
            "Predictions that a visitor may try for nothing each day", "N");
        _settle = TakeOr("--settle-every", 60, text => Parsing.Whole(text, 1, 7 * 24 * 60),
            "Minutes between settlements on the ledger", "MINUTES");
        _grants = Take<Cid[]>("--grant", "Your grant to the parameters of a private model, as its owner sent it; may be repeated", "CID");
        _grants.CustomParser = Parsing.Each(Cid.Parse);
        _key = KeyOptions.AddTo(this, "Serving signs answers by the hundred without asking anybody", spends: true);
        _certificate = CertificateOptions.AddTo(this);
        _watch = WatchFlags.AddTo(this);
        Options.Add(_endWithParent);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Output output, CancellationToken stop)
    {
        if (_key.IsDryRun(arguments))
            return await RehearseAsync(arguments, market, output, stop);
        using var parent = ParentWatch.Begin(arguments.GetValue(_endWithParent), stop);
        output = _watch.Notes(arguments, output);
        using var certificate = _certificate.Open(arguments, Listen(arguments), output);
        await using var watch = await _watch.StartAsync(arguments, parent.Token);
        using var key = _key.Open(arguments, market.Home, market.Ledger.Addresses.ChainId);
        using var signer = new Signer(new EthereumClient(market.Client.Rpc, market.Client.Errors, new ChainMetrics(watch.Meters)), key,
            TimeProvider.System);
        var folder = Path.Combine(market.Home.Work, key.Address.ToString());
        Directory.CreateDirectory(folder);
        using var held = FolderLock.Take(Path.Combine(folder, "serving.lock"), $"The work folder of {key.Address}");
        await using var server = await OpenAsync(arguments, market, key, signer, Path.Combine(folder, "vouchers.log"), watch, parent.Token);
        await using var node = await StartAsync(Listen(arguments), certificate, market, server, watch, parent.Token);
        using var word = RunningNode.AnnounceServing(market.Home, node.Address, market.Rpc);
        Tell(arguments, output, node.Address, server, watch);
        await server.RunAsync(output.Note, parent.Token);
        return ExitCode.Done;
    }

    /// <summary>Whether these models could be served, and for what; nobody is served, and nothing is settled.</summary>
    private async Task<int> RehearseAsync(ParseResult arguments, MarketAccess market, Output output, CancellationToken stop)
    {
        using var key = _key.Open(arguments, market.Home, market.Ledger.Addresses.ChainId);
        var grants = await GrantsAsync(arguments, market, stop);
        var models = new List<(ModelId Id, Money Price)>();
        foreach (var id in arguments.GetValue(_ids)!.Distinct())
        {
            using var model = await ServedModel.LoadAsync(market.Ledger, market.Blobs, id, key, grants.GetValueOrDefault(id), stop);
            models.Add((model.Id, model.Price));
        }

        var settles = TimeSpan.FromMinutes(arguments.GetValue(_settle));
        output.Show(new { dryRun = true, worker = key.Address, address = Listen(arguments),
            models = models.Select(model => new { id = model.Id, price = model.Price }), settleEveryMinutes = settles.TotalMinutes },
            console => console.Write(Sheet.Facts(
            ("Worker", key.Address), ("Would listen at", Listen(arguments)),
                ("Models", string.Join(", ", models.Select(model => $"{model.Id} at ${model.Price}"))),
            ("Would send", $"every {TerminalWording.Span(settles)} one settlement for each channel with new vouchers; the gas is yours"),
                ("", "Nobody was served and nothing was sent."))));
        return ExitCode.Done;
    }

    private async Task<PredictionServer> OpenAsync(ParseResult arguments, MarketAccess market, EthereumKey key, Signer signer,
        string journal, Watch watch, CancellationToken stop)
    {
        var models = new List<ServedModel>();
        try
        {
            var grants = await GrantsAsync(arguments, market, stop);
            foreach (var id in arguments.GetValue(_ids)!.Distinct())
                models.Add(await ServedModel.LoadAsync(market.Ledger, market.Blobs, id, key, grants.GetValueOrDefault(id), stop));
            var terms = new ServingTerms { TrialEachPerDay = arguments.GetValue(_trial),
                SettleInterval = TimeSpan.FromMinutes(arguments.GetValue(_settle)) };
            return PredictionServer.Open(key, market.Ledger.Addresses, models, new ChainChannelLedger(market.Ledger.Predictions, signer),
                journal, terms, TimeProvider.System, new PredictionMetrics(watch.Meters));
        }
        catch
        {
            foreach (var model in models)
                model.Dispose();
            throw;
        }
    }

    private async Task<Dictionary<ModelId, WeightsGrant>> GrantsAsync(ParseResult arguments, MarketAccess market, CancellationToken stop)
    {
        var grants = new Dictionary<ModelId, WeightsGrant>();
        foreach (var cid in arguments.GetValue(_grants) ?? [])
        {
            var grant = WeightsGrant.Parse(await market.Blobs.ReadAsync(cid, WeightsGrant.Size, stop));
            grants[grant.Model] = grant;
        }

        return grants;
    }

    private Uri Listen(ParseResult arguments) => arguments.GetValue(_listen) ?? (arguments.GetValue(_endWithParent) ? AnyPort : Front);

    private static Task<NodeHost> StartAsync(Uri listen, NodeCertificate? certificate, MarketAccess market, PredictionServer server,
        Watch watch, CancellationToken stop) =>
        NodeHost.StartAsync(new NodeOptions { Roles = NodeRoles.None, Listen = listen, Certificate = certificate, Home = market.Home.Root,
            Chain = market.Rpc, Predictions = server, Watch = watch }, stop);

    private void Tell(ParseResult arguments, Output output, Uri address, PredictionServer server, Watch watch)
    {
        if (arguments.GetValue(_endWithParent))
        {
            if (watch.Metrics is { } metrics)
                output.Mark($"metrics {metrics}");
            output.Mark($"{Child.ReadyMark}{address}");
            return;
        }

        output.Show(new { address, worker = server.Worker,
            models = server.Models.Select(model => new { id = model.Id, price = model.Price }), metrics = watch.Metrics,
            otlp = watch.Options.Otlp }, console => console.Write(Sheet.Facts(
            ("Address", address), ("Worker", server.Worker),
                ("Models", string.Join(", ", server.Models.Select(model => $"{model.Id} at ${model.Price}"))),
            ("Metrics", watch.Metrics), ("Sends metrics and traces to", watch.Options.Otlp),
                ("", "Ctrl-C settles what is owed and leaves."))));
    }
}
