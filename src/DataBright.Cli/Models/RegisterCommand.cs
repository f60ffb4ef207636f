using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Cli.Datasets;
using DataBright.Cli.Jobs;
using DataBright.Cli.Terminal;
using DataBright.Compute.Jobs;
using DataBright.Ethereum;
using DataBright.Learning;
using DataBright.Learning.Checkpoints;
using DataBright.Learning.Networks;
using DataBright.Market;
using DataBright.Market.Jobs;
using DataBright.Market.Models;
using DataBright.Market.Storage;
using Spectre.Console;

namespace DataBright.Cli.Models;

/// <summary>Enters a model: the result of a job that was bought, whose accuracy is then attested, or a file trained elsewhere.</summary>
internal sealed class RegisterCommand : SigningVerb
{
    private const int MostCard = 64 * 1024;

    private readonly Option<JobId?> _job;
    private readonly Option<Uri?> _node = SchedulerNode.Option();
    private readonly Option<string?> _checkpoint;
    private readonly Option<string?> _architecture;
    private readonly Option<DatasetId?> _dataset;
    private readonly Option<int?> _accuracy;
    private readonly Option<ModelId[]> _parents;
    private readonly Option<Money> _price;
    private readonly Option<int> _royalty;
    private readonly Option<string?> _card;
    private readonly Option<bool> _private;
    private readonly Option<string[]> _readers;

    public RegisterCommand()
        : base("register", "Register a model: the result of a job you bought, or a safetensors file", "model register --job 2 --prediction-price 0.001")
    {
        _job = Take<JobId?>("--job", text => JobId.Parse(text), "The settled job whose result it is; its accuracy is attested", "ID");
        Options.Add(_node);
        _checkpoint = Take<string?>("--checkpoint", "Without a job: a safetensors file", "FILE");
        _architecture = Take<string?>("--architecture", "Without a job: its architecture, by name or as a JSON file", "NAME|FILE");
        _dataset = Take<DatasetId?>("--dataset", text => DatasetId.Parse(text), "Without a job: the dataset it was trained on", "ID");
        _accuracy = Take<int?>("--accuracy", text => PolicyOptions.Percent(text), "Without a job: its accuracy, as you measured it", "PERCENT");
        _parents = Take<ModelId[]>("--parent", "A model it was made from; may be repeated", "ID");
        _parents.CustomParser = Parsing.Each(ModelId.Parse);
        _price = TakeOr("--prediction-price", Money.Zero, Money.Parse, "Price of one prediction", "DOLLARS");
        _royalty = TakeOr("--royalty", 0, PolicyOptions.Percent, "What you ask of the earnings of models made from it", "PERCENT");
        _card = Take<string?>("--card", "A Markdown file for the model's page: name and version, purpose, limits, \"Licence: …\"", "FILE");
        _private = Take<bool>("--private", "Without a job: seal the parameters to you and to the workers that you choose");
        _readers = Take<string[]>("--for", "With --private: a worker that serves it, by name, address or public key; may be repeated", "WHO");
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Signer signer, Output output, CancellationToken stop)
    {
        var parents = arguments.GetValue(_parents) ?? [];
        var card = ReadCard(arguments);
        var registration = arguments.GetValue(_job) is { } job
            ? await OfJobAsync(arguments, market, job, parents, stop)
            : await OfFileAsync(arguments, market, parents, signer, stop);
        if (card is not null)
            await market.Blobs.PutAsync(card, stop);
        registration = registration with { RoyaltyBps = arguments.GetValue(_royalty), Card = card is null ? null : Digest.Of(card) };
        var id = await output.WaitAsync("Registering", _ => market.Ledger.Models.RegisterAsync(registration, signer, stop));
        output.Show(new { id, registration.Dataset, registration.Checkpoint, registration.Cid, accuracyPpm = registration.MetricPpm, attested = registration.Result is not null, registration.IsPrivate }, console =>
        {
            console.Write(Sheet.Facts(
                ("Model", id), ("Dataset", registration.Dataset), ("Accuracy", $"{Wording.Percent(registration.MetricPpm)}{(registration.Result is null ? ", by your own word" : $", measured by job {registration.Result.Job}")}"),
                ("Price", $"{Wording.Of(registration.Price)} a prediction"),
                ("Checkpoint", registration.Checkpoint), ("File", $"{registration.Cid}{(registration.IsPrivate ? ", an envelope" : "")}")));
            console.MarkupLine($"[grey]databright model serve {id}[/]");
        });
        return ExitCode.Done;
    }

    private async Task<ModelRegistration> OfJobAsync(ParseResult arguments, MarketAccess market, JobId job, IReadOnlyList<ModelId> parents, CancellationToken stop)
    {
        if (arguments.GetValue(_private))
            throw new Failure(ExitCode.Usage, "What a job trained has been seen by its workers; only a model of --checkpoint can be private.");
        _ = await market.Ledger.Jobs.FindAsync(job, stop) ?? throw Missing.Job(job);
        var settled = await new JobHistory(market.Ledger).FindSettledAsync(job, stop)
            ?? throw new Failure(ExitCode.Refused, $"Job {job} is not settled yet. Follow it with: databright job watch {job}");
        if (settled.Order.Kind != Market.Jobs.JobKind.Training)
            throw new Failure(ExitCode.Refused, $"Job {job} measured a proposal; it made no model.");
        using var node = SchedulerNode.Require(arguments.GetValue(_node), market.Home);
        var result = await node.RequireResultAsync(job, stop);
        var plan = JobPlan.Parse(await market.Blobs.ReadAsync(Cid.Raw(settled.Order.Plan), JobPlan.MaxBytes, stop));
        await KeepAsync(market, plan.Architecture, stop);
        return new ModelRegistration(
            settled.Outcome.Result, plan.Architecture.Hash, result.Checkpoints[0].Cid, parents, settled.Order.Dataset, settled.Outcome.MetricPpm, arguments.GetValue(_price),
            new Market.Models.JobResult(job, settled.Outcome));
    }

    private async Task<ModelRegistration> OfFileAsync(ParseResult arguments, MarketAccess market, IReadOnlyList<ModelId> parents, Signer owner, CancellationToken stop)
    {
        if (arguments.GetValue(_checkpoint) is not { } file || arguments.GetValue(_architecture) is not { } named || arguments.GetValue(_dataset) is not { } dataset || arguments.GetValue(_accuracy) is not { } bps)
            throw new Failure(ExitCode.Usage, "Name a job with --job, or a file with --checkpoint, --architecture, --dataset and --accuracy.");
        var architecture = PlanOptions.ReadArchitecture(named);
        var checkpoint = await Checkpoint.LoadAsync(file, stop);
        checkpoint.Require(architecture, file);
        var isPrivate = arguments.GetValue(_private);
        var readers = arguments.GetValue(_readers) ?? [];
        if (readers.Length > 0 && !isPrivate)
            throw new Failure(ExitCode.Usage, "--for names who reads private parameters: add --private.");
        var cid = isPrivate
            ? await PrivateWeights.SealAsync(market.Blobs, checkpoint.ToBytes(), await ReadersAsync(market, owner.RequireKey("Private parameters are sealed to their owner too, who has to open them again"), readers, stop), stop)
            : await market.Blobs.PutAsync(checkpoint.ToBytes(), stop);
        await KeepAsync(market, architecture, stop);
        return new ModelRegistration(checkpoint.Hash, architecture.Hash, cid, parents, dataset, bps * 100, arguments.GetValue(_price), Result: null) { IsPrivate = isPrivate };
    }

    private static async Task<IReadOnlyCollection<PublicKey>> ReadersAsync(MarketAccess market, EthereumKey owner, IEnumerable<string> named, CancellationToken stop)
    {
        var readers = new List<PublicKey> { owner.PublicKey };
        foreach (var who in named)
            readers.Add(await Recipient.ResolveAsync(who, market, stop));
        return [.. readers.Distinct()];
    }

    private byte[]? ReadCard(ParseResult arguments)
    {
        if (arguments.GetValue(_card) is not { } file)
            return null;
        var bytes = File.ReadAllBytes(file);
        return bytes.Length <= MostCard ? bytes : throw new Failure(ExitCode.BadInput, $"{file} has {bytes.Length} bytes; a card has {MostCard} at most.");
    }

    /// <summary>Whoever serves the model finds its architecture under the hash that the ledger has.</summary>
    private static Task<Cid> KeepAsync(MarketAccess market, Architecture architecture, CancellationToken stop) =>
        market.Blobs.PutAsync(System.Text.Encoding.UTF8.GetBytes(architecture.ToJson()), stop);
}
