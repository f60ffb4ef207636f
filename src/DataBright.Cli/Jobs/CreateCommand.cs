using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Cli.Datasets;
using DataBright.Cli.Terminal;
using DataBright.Compute.Jobs;
using DataBright.Market;
using DataBright.Market.Jobs;
using DataBright.Market.Storage;
using Spectre.Console;
using JobKind = DataBright.Market.Jobs.JobKind;

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

    public CreateCommand()
        : base("create", "Buy a training job: its whole price goes into escrow and comes back if it is not done in time",
            "job create --dataset 1 --architecture lenet-5 --epochs 3 --price 60")
    {
        _dataset = Require("--dataset", DatasetId.Parse, "What to train on", "ID");
        _plan = PlanOptions.AddTo(this);
        _price = Require("--price", Money.Parse, "What all workers together are paid", "DOLLARS");
        _schedulerFee = TakeOr("--scheduler-fee", Money.Dollars(1), Money.Parse, "What the scheduler is paid", "DOLLARS");
        _within = TakeOr("--within", TimeSpan.FromDays(1), PolicyOptions.Span, "When it must be done by", "1d|12h");
        _trusted = TrustedOptions.AddTo(this);
        _quote = Take<bool>("--quote", "Say what it would cost and buy nothing");
    }

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Signer signer, Output output, CancellationToken stop)
    {
        var id = arguments.GetValue(_dataset);
        var dataset = await market.Ledger.Datasets.FindAsync(id, stop) ?? throw Missing.Dataset(id);
        using var reading = await IndexReading.OpenAsync(market, stop);
        var plan = (await _plan.ReadAsync(arguments, market, reading.Index, dataset, stop)) with { SchedulerFee = arguments.GetValue(_schedulerFee) };
        var (scheduler, referee) = _trusted.Choose(arguments, reading.Index);
        var order = new JobOrder(
            JobKind.Training, id, null, plan.Digest, scheduler, referee, plan.Redundancy, arguments.GetValue(_price) + arguments.GetValue(_schedulerFee),
            DateTimeOffset.FromUnixTimeSeconds((await NowAsync(market, stop) + arguments.GetValue(_within)).ToUnixTimeSeconds()));
        var (total, fee) = await market.Ledger.Jobs.PriceOfAsync(order, stop);
        if (arguments.GetValue(_quote))
        {
            Tell(output, null, order, plan, total, fee);
            return ExitCode.Done;
        }

        await market.Blobs.PutAsync(plan.ToJson(), stop);
        var job = await output.WaitAsync("Buying the job", _ => market.Ledger.Jobs.CreateAsync(order, signer, stop));
        Tell(output, job.Id, order, plan, total, fee);
        return ExitCode.Done;
    }

    /// <summary>Deadlines are by the chain's clock, which on an embedded chain may run ahead.</summary>
    private static async Task<DateTimeOffset> NowAsync(MarketAccess market, CancellationToken stop) =>
        (await market.Client.BlockAsync(Ethereum.BlockTag.Latest, stop))!.Timestamp is var chain && chain > TimeProvider.System.GetUtcNow() ? chain : TimeProvider.System.GetUtcNow();

    private static void Tell(Output output, JobId? id, JobOrder order, JobPlan plan, Money total, Money fee) =>
        output.Show(new { id, total, workers = order.Pay - plan.SchedulerFee, scheduler = plan.SchedulerFee, shareholders = fee, plan = plan.Digest, tasks = plan.Tasks().Count() * plan.Redundancy, points = plan.TotalPoints, deadline = order.Deadline }, console =>
        {
            console.Write(Sheet.Facts(
                ("Job", id is { } bought ? bought : "a quote only; nothing was bought"), ("Trains", $"{plan.Architecture} on {plan.TotalPoints:N0} points"),
                ("Tasks", $"{plan.Tasks().Count():N0}, each on {plan.Redundancy} workers"), ("Price", total),
                ("", $"${order.Pay - plan.SchedulerFee} to workers, ${plan.SchedulerFee} to the scheduler, ${fee} to those whose data it is"), ("Done by", order.Deadline), ("Plan", plan.Digest)));
            if (id is not null)
                console.MarkupLine($"[grey]databright job watch {id}[/]");
        });
}
