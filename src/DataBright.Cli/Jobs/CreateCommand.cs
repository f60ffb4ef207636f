using System.CommandLine;
using System.Globalization;
using DataBright.Cli.Access;
using DataBright.Cli.Datasets;
using DataBright.Compute.Evaluations;
using DataBright.Compute.Jobs;
using DataBright.Compute.Quotes;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Jobs;
using DataBright.Storage;
using DataBright.Terminal;
using Spectre.Console;

namespace DataBright.Cli.Jobs;

/// <summary>Buys a training run.</summary>
internal sealed class CreateCommand : SigningVerb
{
    private readonly Option<DatasetId> _dataset;
    private readonly PlanOptions _plan;
    private readonly Option<Money> _price;
    private readonly Option<Money> _schedulerFee;
    private readonly Option<TimeSpan> _within;
    private readonly TrustedOptions _trusted;
    private readonly Option<bool> _quote;
    private readonly Option<Uri?> _node = SchedulerNode.Option();
    private readonly Option<bool> _anyway = OrderQuote.Anyway();

    public CreateCommand()
        : base("create", "Buy a training job: its whole price goes into escrow and comes back if it is not done in time",
            "job create --dataset 1 --architecture lenet-5 --epochs 3 --price 60")
    {
        _dataset = Require("--dataset", DatasetId.Parse, "What to train on", "ID");
        _plan = PlanOptions.AddTo(this);
        _price = Require("--price", Money.Parse, "What all workers together are paid", "DOLLARS");
        _schedulerFee = TakeOr("--scheduler-fee", Money.Dollars(1), Money.Parse, "What the scheduler is paid", "DOLLARS");
        _within = TakeOr("--within", TimeSpan.FromDays(1), QuantityText.ParseTime, "When it must be done by", "1d|12h");
        _trusted = TrustedOptions.AddTo(this);
        _quote = Take<bool>("--quote", "Say what it would cost, who of those present would do it and how long it takes, and buy nothing");
        Options.Add(_node);
        Options.Add(_anyway);
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Signer signer, Output output,
        CancellationToken stop)
    {
        var id = arguments.GetValue(_dataset);
        var dataset = await market.Ledger.Datasets.FindAsync(id, stop) ?? throw MissingThings.Of(id);
        using var reading = await IndexReading.OpenAsync(market, stop);
        var plan = await _plan.ReadAsync(arguments, market, reading.Index, dataset, arguments.GetValue(_schedulerFee), stop);
        await RequireLimitAsync(arguments, market, dataset, plan, output, stop);
        var (scheduler, referee) = _trusted.Choose(arguments, reading.Index);
        var order = new JobOrder(
            JobKind.Training, id, null, plan.Digest, scheduler, referee, plan.Redundancy,
            arguments.GetValue(_price) + arguments.GetValue(_schedulerFee),
            ChainTime.Whole(ChainTime.Later(await market.NowAsync(stop), arguments.GetValue(_within))));
        var (total, fee) = await market.Ledger.Jobs.PriceOfAsync(order, stop);
        var quote = await OrderQuote.AskAsync(arguments.GetValue(_node), market.Home, plan, order.Pay, output, stop);
        if (arguments.GetValue(_quote))
        {
            Tell(output, null, order, plan, total, fee, quote);
            return ExitCode.Done;
        }

        OrderQuote.Require(quote, arguments.GetValue(_anyway));

        await market.Blobs.PutAsync(plan.ToJson(), stop);
        var job = await output.WaitAsync("Buying the job", _ => market.Ledger.Jobs.CreateAsync(order, signer, stop));
        Tell(output, job.Id, order, plan, total, fee, quote);
        return ExitCode.Done;
    }

    /// <summary>
    /// The scheduler refuses a plan that lets workers see more of sealed points than their dataset allows, after it is paid for.
    /// </summary>
    private async Task RequireLimitAsync(ParseResult arguments, MarketAccess market, Dataset dataset, JobPlan plan, Output output,
        CancellationToken stop)
    {
        MeasurementTerms? terms;
        try
        {
            terms = await TermsFile.FindAsync(market, dataset, [arguments.GetValue(_node)], output, stop);
        }
        catch (BadPlanException)
        {
            return;
        }

        if (terms?.Sealed is not { } sealing || plan.DataLimitBps <= sealing.WorkerLimitBps) return;
        var partitions = (10_000 + sealing.WorkerLimitBps - 1) / sealing.WorkerLimitBps;
        throw new Failure(ExitCode.Refused,
            $"A worker sees {TerminalWording.Bps(sealing.WorkerLimitBps)} of the points of dataset {dataset.Id} at most: "
            + $"say --data-limit {(sealing.WorkerLimitBps / 100m).ToString("0.##", CultureInfo.InvariantCulture)} --partitions "
            + $"{partitions}.");
    }

    private static void Tell(Output output, JobId? id, JobOrder order, JobPlan plan, Money total, Money fee, JobQuote? quote) =>
        output.Show(new { id, total, workers = order.Pay - plan.SchedulerFee, scheduler = plan.SchedulerFee, shareholders = fee,
            plan = plan.Digest, tasks = plan.Tasks().Count() * plan.Redundancy, points = plan.TotalPoints, deadline = order.Deadline,
            quote = OrderQuote.DocumentOf(quote) }, console =>
        {
            console.Write(Sheet.Facts([
                ("Job", id is { } bought ? bought : "a quote only; nothing was bought"),
                ("Trains", $"{plan.Architecture} on {plan.TotalPoints:N0} points"),
                ("Tasks", $"{plan.Tasks().Count():N0}, each on {plan.Redundancy} workers"), ("Price", total),
                ("",
                    $"${order.Pay - plan.SchedulerFee} to workers, ${plan.SchedulerFee} to the scheduler, ${fee} to those whose data it "
                    + "is"), .. OrderQuote.Facts(quote), ("Done by", order.Deadline), ("Plan", plan.Digest)]));
            if (id is not null)
                console.MarkupLine($"[grey]databright job watch {id}[/]");
        });
}
