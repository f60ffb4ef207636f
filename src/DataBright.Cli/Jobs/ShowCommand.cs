using System.CommandLine;
using DataBright.Cli.Access;
using DataBright.Compute.Jobs;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Jobs;
using DataBright.Market.Models;
using DataBright.Node.Jobs;
using DataBright.Storage;
using DataBright.Terminal;
using Spectre.Console;

namespace DataBright.Cli.Jobs;

/// <summary>Everything about one job.</summary>
internal sealed class ShowCommand : MarketVerb
{
    private readonly Argument<JobId> _id;

    public ShowCommand()
        : base("show", "Show a job: its steps, its price, who was paid, who was convicted", "job show 2") =>
        _id = Expect("ID", JobId.Parse, "Its number");

    protected override async Task<int> RunAsync(ParseResult arguments, MarketAccess market, Output output, CancellationToken stop)
    {
        var id = arguments.GetValue(_id);
        using var reading = await IndexReading.OpenAsync(market, stop);
        var jobs = reading.Index.Jobs;
        var job = jobs.Find(id) ?? throw MissingThings.Of(id);
        var (steps, payments, convictions, model) = (jobs.Steps(id), jobs.Payments(id), jobs.Convictions(id),
            reading.Index.Models.OfJob(id));
        var standing = JobStateNow.Of(job, await market.NowAsync(stop));
        var plan = await PlanAsync(market, job, stop);
        output.Show(new { job, steps, payments, convictions, model = model?.Id, plan },
            console => Draw(console, job, standing, steps, payments, convictions, model, plan, AccountNames.Names(market.Home)));
        return ExitCode.Done;
    }

    /// <summary>Every figure of the plan, in words; null where it is not in the data folder.</summary>
    private static async Task<IReadOnlyList<PlanLine>?> PlanAsync(MarketAccess market, IndexedJob job, CancellationToken stop)
    {
        try
        {
            return PlanLine.Of(JobPlan.Parse(await market.Blobs.ReadAsync(Cid.Raw(job.Plan), JobPlan.MaxBytes, stop)));
        }
        catch (DataBrightException)
        {
            return null;
        }
    }

    private static void Draw(
        IAnsiConsole console, IndexedJob job, object standing, IReadOnlyList<IndexedJobStep> steps, IReadOnlyList<IndexedPayment> payments,
        IReadOnlyList<IndexedConviction> convictions,
        IndexedModel? model, IReadOnlyList<PlanLine>? plan, Func<Address, string> name)
    {
        console.Heading(
            $"Job {job.Id}: {(job.Kind == JobKind.Training ? "training on" : $"evaluation of proposal {job.Proposal} to")} dataset "
            + $"{job.Dataset}");
        console.Write(Sheet.Facts(
            ("State", standing), ("Buyer", name(job.Buyer)),
            ("Price", $"${job.Price}: ${job.Pay} to workers and scheduler, ${job.DatasetFee} to those whose data it is"),
            ("Redundancy", job.Redundancy),
            ("Trusted keys", $"scheduler {job.Scheduler}, referee {job.Referee}; attestation: none (development)"),
            ("Done by", job.Deadline), ("Plan", job.Plan),
            ("Accuracy", job.AccuracyPpm is { } accuracy ? TerminalWording.Percent(accuracy) : null), ("Result", job.Outcome?.Result),
            ("Paid out", job.Paid is { } spent ? $"{TerminalWording.Of(spent)} to workers and scheduler" : null), ("Model", model?.Id)));
        if (plan is not null)
        {
            console.WriteLine();
            console.Write(Sheet.Facts([.. plan.Select(line => (line.Name, (object?)line.Value))]));
        }

        console.WriteLine();
        var course = Sheet.Of("Step", ">Block", "When");
        foreach (var step in steps)
            course.Row(step.State, step.Block, step.At);
        console.Write(course);
        if (convictions.Count > 0)
        {
            console.WriteLine();
            var guilty = Sheet.Of("Convicted", ">Slashed", "Reported by", "Evidence");
            foreach (var conviction in convictions)
                guilty.Row(name(conviction.Worker), conviction.Slashed, name(conviction.Reporter), conviction.Evidence.ToString()[..16]);
            console.Write(guilty);
        }

        if (payments.Count == 0)
            return;
        console.WriteLine();
        var paid = Sheet.Of("Paid to", "For", ">Amount");
        foreach (var payment in payments)
            paid.Row(name(payment.Receiver), payment.Purpose, payment.Amount);
        console.Write(paid);
    }
}
