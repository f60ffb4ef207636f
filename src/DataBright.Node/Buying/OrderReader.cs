using DataBright.Compute.Buying;
using DataBright.Compute.Jobs;
using DataBright.Compute.Scheduler;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Jobs;
using DataBright.Compute.Points;
using DataBright.Market.Trust;
using DataBright.Node.Drafts;
using DataBright.Node.Offers;
using DataBright.Node.Rest;
using DataBright.Node.Uploads;

namespace DataBright.Node.Buying;

/// <summary>
/// Makes a training job ready to be bought: its plan is made and kept, its price is asked for, and who of those present would take it.
/// </summary>
internal sealed class OrderReader(
    Market.Ledger ledger, PlanSources sources, UploadManager uploads, DraftStore<OrderDraft> drafts, DraftSeats seats,
    TimeProvider clock, IServiceProvider services)
{
    private const string Command = "databright job create";

    /// <summary>What a scheduler is paid for any job.</summary>
    internal static readonly Money SchedulerFee = Money.Dollars(1);

    /// <returns>The name of the draft; null where there is no such dataset.</returns>
    /// <exception cref="InvalidRequestException">It cannot be ordered so.</exception>
    /// <exception cref="UploadRefusedException">The uploader has no room left.</exception>
    /// <exception cref="TooBusyException">Others are preparing jobs and models.</exception>
    public async Task<string?> ReadAsync(DatasetId id, IFormCollection form, string uploader, CancellationToken stop)
    {
        if (await ledger.Datasets.FindAsync(id, stop) is not { } dataset) return null;
        var pay = Pay(form) + SchedulerFee;
        var lasts = TimeSpan.FromHours(FileForm.Whole(form, "within-hours", 24, 1, 24 * 30));
        return await seats.RunAsync(() => PrepareAsync(dataset, form, pay, lasts, uploader, stop), stop);
    }

    private async Task<string> PrepareAsync(
        Dataset dataset, IFormCollection form, Money pay, TimeSpan lasts, string uploader, CancellationToken stop)
    {
        var plan = await PlanAsync(dataset, form, stop);
        var deadline = ChainTime.Whole(ChainTime.Later(await ChainTime.NowAsync(ledger.Client, clock, stop), lasts));
        var order = new JobOrder(JobKind.Training, dataset.Id, null, plan.Digest, sources.Only(TrustedRole.Scheduler, Command),
            sources.Only(TrustedRole.Referee, Command), plan.Redundancy, pay, deadline);
        var (total, fee) = await ledger.Jobs.PriceOfAsync(order, stop);
        var quote = services.GetService<SchedulerHost>()?.Quote(plan, pay);
        await uploads.KeepAsync(uploader, plan.ToJson(), stop);
        return drafts.Keep(
            new OrderDraft(order, plan.Architecture.Name, plan.TotalPoints, total, fee, SchedulerFee, plan.Tasks().Count(),
                quote), uploader);
    }

    private async Task<JobPlan> PlanAsync(Dataset dataset, IFormCollection form, CancellationToken stop)
    {
        var points = await sources.PointsAsync(dataset, stop);
        var named = FileForm.Find(form, "architecture");
        var architecture = ArchitectureFit.Of(points).FirstOrDefault(known => known.Name == named)
            ?? throw new InvalidRequestException("architecture",
                $"Choose one of {string.Join(", ", ArchitectureFit.Of(points).Select(known => known.Name))}. Another takes a file: "
                + "databright job create --architecture FILE");
        var (shards, heldOut) = (sources.Listed(dataset.Id), await sources.HeldOutAsync(dataset, stop));
        return PlanSources.Require(() => new TrainingOrder(architecture)
        {
            Epochs = FileForm.Whole(form, "epochs", 3, 1, 10_000), Redundancy = FileForm.Whole(form, "redundancy", 3, 1, 3),
            Partitions = FileForm.Whole(form, "partitions", 1, 1, 4_096), SchedulerFee = SchedulerFee,
        }.PlanFor(dataset, shards, heldOut));
    }

    /// <summary>What all workers together are paid.</summary>
    /// <exception cref="InvalidRequestException">That is no amount of dollars.</exception>
    internal static Money Pay(IFormCollection form) => Money.TryParse(FileForm.Find(form, "price"), out var sum) && sum > Money.Zero
        ? sum
        : throw new InvalidRequestException("price", "Say what all workers together are paid: an amount of dollars such as 3 or 0.50.");
}
