using System.Globalization;
using DataBright.Compute.Buying;
using DataBright.Compute.Jobs;
using DataBright.Compute.Scheduler;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Index;
using DataBright.Market.Jobs;
using DataBright.Market.Points;
using DataBright.Market.Trust;
using DataBright.Node.Drafts;
using DataBright.Node.Offers;
using DataBright.Node.Rest;
using DataBright.Node.Uploads;
using DataBright.Storage;

namespace DataBright.Node.Buying;

/// <summary>
/// Makes a training job ready to be bought: its plan is made and kept, its price is asked for, and who of those present would take it.
/// </summary>
internal sealed class OrderReader(
    Market.Ledger ledger, LedgerIndex index, IBlobStore blobs, UploadManager uploads, DraftStore<OrderInHand> drafts, DraftSeats seats,
    TimeProvider clock,
    IServiceProvider services)
{
    private const int MaxShards = 1_000;
    private const long MaxHeldOut = 256L << 20;

    private static readonly Money SchedulerFee = Money.Dollars(1);

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
        var order = new JobOrder(JobKind.Training, dataset.Id, null, plan.Digest, Only(TrustedRole.Scheduler), Only(TrustedRole.Referee),
            plan.Redundancy, pay, deadline);
        var (total, fee) = await ledger.Jobs.PriceOfAsync(order, stop);
        var quote = services.GetService<SchedulerHost>()?.Quote(plan, pay);
        await uploads.KeepAsync(uploader, plan.ToJson(), stop);
        return drafts.Keep(
            new OrderInHand(order, plan.Architecture.Name, plan.TotalPoints, total, fee, SchedulerFee, plan.Tasks().Count(),
                quote), uploader);
    }

    private async Task<JobPlan> PlanAsync(Dataset dataset, IFormCollection form, CancellationToken stop)
    {
        var points = await SchemaFile.FindAsync(blobs, dataset.Schema, stop) ?? throw Unknown(dataset.Id, "what its points look like");
        var named = FileForm.Find(form, "architecture");
        var architecture = ArchitectureFit.Of(points).FirstOrDefault(known => known.Name == named)
            ?? throw new InvalidRequestException("architecture",
                $"Choose one of {string.Join(", ", ArchitectureFit.Of(points).Select(known => known.Name))}. Another takes a file: "
                + "databright job create --architecture FILE");
        var listed = index.Datasets.Shards(dataset.Id, new SliceRequest(MaxShards));
        if (listed.Next is not null) throw Unknown(dataset.Id, $"all of its shards, which are more than {MaxShards}");
        try
        {
            var shards = listed.Items.Where(shard => !shard.Delisted).Select(shard => new ShardReference(
                shard.Root, shard.Count, shard.Cid ?? throw Unknown(dataset.Id, $"where shard {shard.Number} is"))).ToList();
            var heldOut = await TrainingOrder.HeldOutAsync(blobs, dataset, MaxHeldOut, stop)
                ?? throw Unknown(dataset.Id, "what it is measured on");
            return new TrainingOrder(architecture)
            {
                Epochs = FileForm.Whole(form, "epochs", 3, 1, 10_000), Redundancy = FileForm.Whole(form, "redundancy", 3, 1, 3),
                Partitions = FileForm.Whole(form, "partitions", 1, 1, 4_096), SchedulerFee = SchedulerFee,
            }.PlanFor(dataset, shards, heldOut);
        }
        catch (BadPlanException bad)
        {
            throw new InvalidRequestException("plan", $"Nobody could carry it out: {bad.Problem}.");
        }
        catch (Exception absent) when (absent is BlobException or FormatException)
        {
            throw Unknown(dataset.Id, "what it is measured on");
        }
    }

    private Address Only(TrustedRole role)
    {
        var (live, word) = (index.TrustedKeys.List().Where(key => key.Role == role && !key.Revoked).ToList(),
            role.ToString().ToLowerInvariant());
        return live switch
        {
            [var only] => only.Key,
            [] => throw new InvalidRequestException(word, $"No {word} is registered on this market, so nobody could run the job."),
            _ => throw new InvalidRequestException(word,
                $"This market has several {word}s; the command line lets you choose: databright job create --{word}-key N"),
        };
    }

    private static InvalidRequestException Unknown(DatasetId id, string what) =>
        new("dataset", $"This node does not know {what} of dataset {id}, so no job can be planned here. Ask a node that has the dataset.");

    private static Money Pay(IFormCollection form) => Money.TryParse(FileForm.Find(form, "price"), out var sum) && sum > Money.Zero
        ? sum
        : throw new InvalidRequestException("price", "Say what all workers together are paid: an amount of dollars such as 3 or 0.50.");
}
