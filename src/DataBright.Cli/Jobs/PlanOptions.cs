using System.CommandLine;
using System.Globalization;
using DataBright.Cli.Access;
using DataBright.Cli.Datasets;
using DataBright.Compute.Jobs;
using DataBright.Compute.Buying;
using DataBright.Learning.Networks;
using DataBright.Learning.Training;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Terminal;

namespace DataBright.Cli.Jobs;

/// <summary>What a training job is to do.</summary>
internal sealed class PlanOptions
{
    private const float SgdRate = 0.02f;
    private const long MaxHeldOut = 4L << 30;
    private const float AdamRate = 0.001f;

    private readonly Option<string> _architecture = new("--architecture")
    {
        Description = $"A JSON file, or one of {string.Join(", ", Architectures.All.Select(known => known.Name))}",
        HelpName = "NAME|FILE",
        Required = true,
    };

    private readonly Option<int> _epochs = Count("--epochs", 3, 10_000, "Passes over the data between two averages of the partitions");
    private readonly Option<int> _rounds = Count("--rounds", 1, 10_000, "How often the partitions' checkpoints are averaged");
    private readonly Option<int> _partitions = Count("--partitions", 1, 4_096,
        "Parts that the data is cut into; each goes to other workers");
    private readonly Option<int> _redundancy = Count("--redundancy", 3, 3, "Workers that do each task: 1 (none), 2 (a refereed pair) or 3");
    private readonly Option<int> _batch = Count("--batch", 64, 1 << 20, "Examples for each step");
    private readonly Option<OptimiserKind> _optimiser = new("--optimiser")
    {
        Description = "sgd, adam or adamw (default sgd)",
        HelpName = "RULE",
        DefaultValueFactory = _ => OptimiserKind.Sgd,
        CustomParser = Parsing.By(text => text.ToLowerInvariant() switch
        {
            "sgd" => OptimiserKind.Sgd,
            "adam" => OptimiserKind.Adam,
            "adamw" => OptimiserKind.AdamW,
            _ => throw new FormatException($"'{text}' is no optimiser: sgd, adam or adamw is expected"),
        }),
    };

    private readonly Option<float> _rate = Number("--learning-rate", SgdRate, "Size of a step; 0.001 for Adam");
    private readonly Option<float> _momentum = Number("--momentum", 0.9f, "0 up to, not including, 1; Adam's first beta");
    private readonly Option<float> _decay = Number("--weight-decay", 0f, "Pulls weights towards zero");
    private readonly Option<int> _limit = new("--data-limit")
    {
        Description = "The most of the data that one worker may see (default 100 %)",
        HelpName = "PERCENT",
        DefaultValueFactory = _ => 10_000,
        CustomParser = Parsing.By(QuantityText.ParsePercent),
    };

    private readonly Option<ulong> _seed = new("--seed")
    {
        Description = "Everything random follows from it (default 1)",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
        CustomParser = Parsing.By(Parsing.Seed),
    };

    private readonly Option<ModelId?> _start = new("--start")
    {
        Description = "Go on from this model instead of fresh parameters",
        HelpName = "MODEL",
        CustomParser = Parsing.By<ModelId?>(text => ModelId.Parse(text)),
    };

    public static PlanOptions AddTo(Command command)
    {
        var options = new PlanOptions();
        foreach (var option in new Option[]
        {
            options._architecture, options._epochs, options._rounds, options._seed, options._batch, options._optimiser, options._rate,
            options._momentum, options._decay,
            options._partitions, options._redundancy, options._limit, options._start,
        })
            command.Options.Add(option);
        return options;
    }

    /// <exception cref="BadPlanException">The plan cannot be carried out.</exception>
    public async Task<JobPlan> ReadAsync(ParseResult arguments, MarketAccess market, LedgerIndex index, Dataset dataset, Money schedulerFee,
        CancellationToken stop)
    {
        var shards = Shards(index, dataset.Id);
        var named = arguments.GetValue(_architecture)!;
        var architecture = await SchemaFile.FindAsync(market.Blobs, dataset.Schema, stop) is { } schema
            ? FittedArchitecture.Read(named, schema) : FittedArchitecture.ReadAny(named);
        return new TrainingOrder(architecture)
        {
            Optimiser = ReadOptimiser(arguments),
            BatchSize = arguments.GetResult(_batch) is { Implicit: false } ? arguments.GetValue(_batch) : null,
            Rounds = arguments.GetValue(_rounds), Epochs = arguments.GetValue(_epochs), Partitions = arguments.GetValue(_partitions),
            Redundancy = arguments.GetValue(_redundancy),
            DataLimitBps = arguments.GetValue(_limit), Seed = arguments.GetValue(_seed), Start = Start(arguments, index),
            SchedulerFee = schedulerFee,
        }.PlanFor(dataset, shards, await HeldOutAsync(market, dataset, stop));
    }

    /// <summary>What is on the dataset's list now.</summary>
    public static IReadOnlyList<ShardReference> Shards(LedgerIndex index, DatasetId dataset) =>
        [.. ShardStore.Listed(index, dataset).Select(listed => new ShardReference(
            listed.Root, listed.Count, listed.Cid
                ?? throw new Failure(ExitCode.BadInput, $"Shard {listed.Number} of dataset {dataset} has no readable address.")))];

    public static async Task<ShardReference> HeldOutAsync(MarketAccess market, Dataset dataset, CancellationToken stop) =>
        await TrainingOrder.HeldOutAsync(market.Blobs, dataset, MaxHeldOut, stop)
        ?? throw new Failure(ExitCode.BadInput,
            $"The set that dataset {dataset.Id} is measured on ({dataset.HeldOut}) is not in {market.Home.Storage.Blobs}.");

    private Optimiser ReadOptimiser(ParseResult arguments)
    {
        var (kind, momentum, decay) = (arguments.GetValue(_optimiser), arguments.GetValue(_momentum), arguments.GetValue(_decay));
        var rate = kind != OptimiserKind.Sgd && arguments.GetResult(_rate) is not { Implicit: false }
            ? AdamRate : arguments.GetValue(_rate);
        return kind switch
        {
            OptimiserKind.Adam => Optimiser.Adam(rate, momentum, weightDecay: decay),
            OptimiserKind.AdamW => Optimiser.AdamW(rate, momentum, weightDecay: decay),
            _ => new Optimiser(rate, momentum, decay),
        };
    }

    private CheckpointReference? Start(ParseResult arguments, LedgerIndex index)
    {
        if (arguments.GetValue(_start) is not { } id)
            return null;
        var model = index.Models.Find(id) ?? throw MissingThings.Of(id);
        return new CheckpointReference(model.Checkpoint,
            model.Cid ?? throw new Failure(ExitCode.BadInput, $"Model {id} has no readable address."));
    }

    private static Option<int> Count(string name, int usual, int most, string description) => new(name)
    {
        Description = $"{description} (default {usual})",
        HelpName = "N",
        DefaultValueFactory = _ => usual,
        CustomParser = Parsing.By(text => Parsing.Whole(text, 1, most)),
    };

    private static Option<float> Number(string name, float usual, string description) => new(name)
    {
        Description = string.Create(CultureInfo.InvariantCulture, $"{description} (default {usual})"),
        HelpName = "NUMBER",
        DefaultValueFactory = _ => usual,
        CustomParser = Parsing.By(text => float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && float.IsFinite(number)
            ? number : throw new FormatException($"'{text}' is no number such as 0.02")),
    };
}
