using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Cli.Datasets;
using DataBright.Compute.Jobs;
using DataBright.Compute.Buying;
using DataBright.Ethereum;
using DataBright.Learning.Checkpoints;
using DataBright.Learning.Networks;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Jobs;
using DataBright.Market.Models;
using DataBright.Storage;
using DataBright.Terminal;
using DataBright.Terminal.Home;
using Spectre.Console;

namespace DataBright.Cli.Models;

/// <summary>Enters a model: the result of a job that was bought, whose accuracy is then attested, or a file trained elsewhere.</summary>
internal sealed class RegisterCommand : SigningVerb
{
    private readonly Option<JobId?> _job;
    private readonly Option<Uri?> _node = SchedulerNode.Option();
    private readonly Option<Uri?> _referee = RefereeNode.Option();
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
        : base("register", "Register a model: the result of a job you bought, or a safetensors file",
            "model register --job 2 --prediction-price 0.001")
    {
        _job = Take<JobId?>("--job", text => JobId.Parse(text), "The settled job whose result it is; its accuracy is attested", "ID");
        Options.Add(_node);
        Options.Add(_referee);
        _checkpoint = Take<string?>("--checkpoint", "Without a job: a safetensors file", "FILE");
        _architecture = Take<string?>("--architecture", "Without a job: its architecture, by name or as a JSON file", "NAME|FILE");
        _dataset = Take<DatasetId?>("--dataset", text => DatasetId.Parse(text), "Without a job: the dataset it was trained on", "ID");
        _accuracy = Take<int?>("--accuracy", text => QuantityText.ParsePercent(text),
            "Without a job: its accuracy, as you measured it", "PERCENT");
        _parents = Take<ModelId[]>("--parent", "A model it was made from; may be repeated", "ID");
        _parents.CustomParser = Parsing.Each(ModelId.Parse);
        _price = TakeOr("--prediction-price", Money.Zero, Money.Parse, "Price of one prediction", "DOLLARS");
        _royalty = TakeOr("--royalty", 0, QuantityText.ParsePercent, "What you ask of the earnings of models made from it", "PERCENT");
        _card = Take<string?>("--card", "A Markdown file for the model's page: name and version, purpose, limits, \"Licence: …\"", "FILE");
        _private = Take<bool>("--private", "Without a job: seal the parameters to you and to the workers that you choose");
        _readers = Take<string[]>("--for",
            "With --private: a worker that serves it, by name, address or public key; may be repeated", "WHO");
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Signer signer, Output output,
        CancellationToken stop)
    {
        var parents = arguments.GetValue(_parents) ?? [];
        var card = ReadCard(arguments);
        var registration = arguments.GetValue(_job) is { } job
            ? await OfJobAsync(arguments, market, job, parents, stop)
            : await OfFileAsync(arguments, market, parents, signer, stop);
        card = await LinkedAsync(market, registration.Dataset, card, stop);
        if (card is not null)
            await market.Blobs.PutAsync(card, stop);
        registration = registration with { RoyaltyBps = arguments.GetValue(_royalty), Card = card is null ? null : Digest.Of(card) };
        var id = await output.WaitAsync("Registering", _ => market.Ledger.Models.RegisterAsync(registration, signer, stop));
        var best = await BestAsync(market, registration, id, arguments.GetValue(_referee), signer, output, stop);
        output.Show(new { id, registration.Dataset, registration.Checkpoint, registration.Cid, accuracyPpm = Measured(registration),
            claimedPpm = Claimed(registration), attested = registration.Result is not null, registration.IsPrivate, isBest = best.IsBest,
            notBestBecause = best.IsBest ? null : best.Words }, console =>
        {
            console.Write(Sheet.Facts(
                ("Model", id), ("Dataset", registration.Dataset),
                ("Accuracy", Measured(registration) is { } measured
                    ? $"{TerminalWording.Percent(measured)}, measured by job {registration.Result!.Job}" : null),
                ("Claimed", Claimed(registration) is { } claimed ? $"{TerminalWording.Percent(claimed)}, by your own word" : null),
                ("Best of dataset", best.Words),
                ("Price", $"{TerminalWording.Of(registration.Price)} a prediction"),
                ("Checkpoint", registration.Checkpoint), ("File", $"{registration.Cid}{(registration.IsPrivate ? ", an envelope" : "")}")));
            console.MarkupLine($"[grey]databright model serve {id}[/]");
        });
        return ExitCode.Done;
    }

    /// <summary>
    /// A better model becomes what proposals are measured from, where there is a referee to ask. What stands against it does not undo the
    /// registration.
    /// </summary>
    private static async Task<(bool IsBest, string? Words)> BestAsync(
        MarketAccess market, ModelRegistration registration, ModelId id, Uri? named, Signer owner, Output output, CancellationToken stop)
    {
        if (registration.Result is null) return (false, null);
        if (await market.Ledger.Models.BestOfAsync(registration.Dataset, stop) is { } best && best.MetricPpm >= registration.MetricPpm)
            return (false, $"model {best.Model}, with {TerminalWording.Percent(best.MetricPpm)}");
        if ((named ?? RunningNode.Find(market.Home)?.Referee) is not { } referee)
            return (false, $"no referee to ask here; with one: databright model best {id} --referee URL");
        try
        {
            return (true, $"this one, with {BestCommand.Words(await BestCommand.MoveAsync(market, id, referee, owner, output, stop))}");
        }
        catch (Exception refused) when (refused is Failure or RuleBrokenException or HttpRequestException
            || (refused is TaskCanceledException && !stop.IsCancellationRequested))
        {
            return (false, $"not this one. {refused.Message}");
        }
    }

    /// <summary>The card names the schema of the dataset, so that whoever has the card knows what the model's answers are called.</summary>
    private static async Task<byte[]?> LinkedAsync(MarketAccess market, DatasetId dataset, byte[]? card, CancellationToken stop)
    {
        if (await market.Ledger.Datasets.FindAsync(dataset, stop) is not { } of
            || await SchemaLink.ReadAsync(market.Blobs, of, stop) is null
            || await SchemaLink.FindAsync(market.Blobs, of, stop) is not { } schema)
            return card;
        try
        {
            return SchemaLink.Write(card ?? [], schema);
        }
        catch (FormatException tooLong)
        {
            throw new Failure(ExitCode.BadInput, $"--card: {tooLong.Message}");
        }
    }

    private static uint? Measured(ModelRegistration registration) => registration.Result is null ? null : registration.MetricPpm;

    private static uint? Claimed(ModelRegistration registration) => registration.Result is null ? registration.MetricPpm : null;

    private async Task<ModelRegistration> OfJobAsync(ParseResult arguments, MarketAccess market, JobId job, IReadOnlyList<ModelId> parents,
        CancellationToken stop)
    {
        if (arguments.GetValue(_private))
            throw new Failure(ExitCode.Usage,
                "What a job trained has been seen by its workers; only a model of --checkpoint can be private.");
        _ = await market.Ledger.Jobs.FindAsync(job, stop) ?? throw MissingThings.Of(job);
        var settled = await new JobHistory(market.Ledger).FindSettledAsync(job, stop)
            ?? throw new Failure(ExitCode.Refused, $"Job {job} is not settled yet. Follow it with: databright job watch {job}");
        if (settled.Order.Kind != JobKind.Training)
            throw new Failure(ExitCode.Refused, $"Job {job} measured a proposal; it made no model.");
        await RequireNewAsync(market, settled.Outcome.Result, job, stop);
        using var node = SchedulerNode.Require(arguments.GetValue(_node), market.Home);
        var result = await node.RequireResultAsync(job, stop);
        var plan = JobPlan.Parse(await market.Blobs.ReadAsync(Cid.Raw(settled.Order.Plan), JobPlan.MaxBytes, stop));
        await KeepAsync(market, plan.Architecture, stop);
        return JobModel.Of(settled, plan, result.Checkpoints[0].Cid, parents, arguments.GetValue(_price));
    }

    private async Task<ModelRegistration> OfFileAsync(ParseResult arguments, MarketAccess market, IReadOnlyList<ModelId> parents,
        Signer owner, CancellationToken stop)
    {
        if (arguments.GetValue(_checkpoint) is not { } file || arguments.GetValue(_architecture) is not { } named
            || arguments.GetValue(_dataset) is not { } dataset || arguments.GetValue(_accuracy) is not { } bps)
            throw new Failure(ExitCode.Usage,
                "Name a job with --job, or a file with --checkpoint, --architecture, --dataset and --accuracy.");
        var of = await market.Ledger.Datasets.FindAsync(dataset, stop) ?? throw MissingThings.Of(dataset);
        var schema = await SchemaFile.FindAsync(market.Blobs, of.Schema, stop)
            ?? throw new Failure(ExitCode.BadInput,
                $"What a point of dataset {dataset} looks like is not in {market.Home.Root}, so whether the model takes it is not known. "
                + $"Put the schema there: its address is {Cid.Raw(of.Schema)}.");
        var architecture = FittedArchitecture.Read(named, schema);
        var checkpoint = await Checkpoint.LoadAsync(file, stop);
        RequireFit(checkpoint, architecture, file, schema);
        await RequireNewAsync(market, checkpoint.Hash, job: null, stop);
        var isPrivate = arguments.GetValue(_private);
        var readers = arguments.GetValue(_readers) ?? [];
        if (readers.Length > 0 && !isPrivate)
            throw new Failure(ExitCode.Usage, "--for names who reads private parameters: add --private.");
        var cid = isPrivate
            ? await PrivateWeights.SealAsync(market.Blobs, checkpoint.ToBytes(),
                await ReadersAsync(market, owner.RequireKey("Private parameters are sealed to their owner too, who has to open them again"),
                    readers, stop), stop)
            : await market.Blobs.PutAsync(checkpoint.ToBytes(), stop);
        await KeepAsync(market, architecture, stop);
        return new ModelRegistration(checkpoint.Hash, architecture.Hash, cid, parents, dataset, (uint)bps * 100, arguments.GetValue(_price),
            Result: null) { IsPrivate = isPrivate };
    }

    private static void RequireFit(Checkpoint checkpoint, Architecture architecture, string file, DataSchema schema)
    {
        try
        {
            checkpoint.Require(architecture, file);
        }
        catch (MalformedInputException unfit)
        {
            throw new Failure(ExitCode.BadInput, $"{unfit.Message}. The dataset's points are {schema}.");
        }
        checkpoint.RequireFinite(file);
    }

    private static async Task RequireNewAsync(MarketAccess market, Digest checkpoint, JobId? job, CancellationToken stop)
    {
        using var reading = await IndexReading.OpenAsync(market, stop);
        if (JobModel.TakenBy(reading.Index, checkpoint, job) is var (first, why))
            throw new Failure(ExitCode.Refused, $"{why} See: databright model show {first}");
    }

    private static async Task<IReadOnlyCollection<PublicKey>> ReadersAsync(MarketAccess market, EthereumKey owner,
        IEnumerable<string> named, CancellationToken stop)
    {
        var readers = new List<PublicKey> { owner.PublicKey };
        foreach (var who in named)
            readers.Add(await Recipient.ResolveAsync(who, market, stop));
        return [.. readers.Distinct()];
    }

    private byte[]? ReadCard(ParseResult arguments) => arguments.GetValue(_card) is { } file ? DescriptionFile.Read(file) : null;

    /// <summary>Whoever serves the model finds its architecture under the hash that the ledger has.</summary>
    private static Task<Cid> KeepAsync(MarketAccess market, Architecture architecture, CancellationToken stop) =>
        market.Blobs.PutAsync(System.Text.Encoding.UTF8.GetBytes(architecture.ToJson()), stop);
}
