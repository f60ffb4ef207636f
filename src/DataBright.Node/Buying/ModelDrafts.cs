using System.Text;
using DataBright.Compute.Buying;
using DataBright.Compute.Jobs;
using DataBright.Compute.Scheduler;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Jobs;
using DataBright.Node.Drafts;
using DataBright.Node.Offers;
using DataBright.Node.Rest;
using DataBright.Node.Uploads;
using DataBright.Storage;

namespace DataBright.Node.Buying;

/// <summary>
/// Makes the model of a settled job ready to be registered: finds its parameters, and keeps its architecture and its card.
/// </summary>
internal sealed class ModelDrafts(
    Market.Ledger ledger, LedgerIndex index, IBlobStore blobs, UploadManager uploads, DraftStore<ModelDraft> drafts,
    DraftSeats seats, IServiceProvider services)
{
    private const int MaxCard = 16_384, MaxRoyalty = 40;

    /// <returns>The name of the draft; null where there is no such job.</returns>
    /// <exception cref="InvalidRequestException">It cannot be registered so.</exception>
    /// <exception cref="TooBusyException">Others are preparing jobs and models.</exception>
    public async Task<string?> ReadAsync(JobId id, IFormCollection form, string uploader, CancellationToken stop) =>
        await ledger.Jobs.FindAsync(id, stop) is null ? null : await seats.RunAsync(() => PrepareAsync(id, form, uploader, stop), stop);

    private async Task<string> PrepareAsync(JobId id, IFormCollection form, string uploader, CancellationToken stop)
    {
        var settled = await new JobHistory(ledger).FindSettledAsync(id, stop) ?? throw Wrong("job", $"Job {id} is not settled yet.");
        if (uploader != UploadFacts.ThisMachine && uploader != settled.Buyer.ToString())
            throw Wrong("job", $"Job {id} was bought by {settled.Buyer}, who alone can register what it made.");
        if (settled.Order.Kind != JobKind.Training) throw Wrong("job", $"Job {id} measured a proposal; it made no model.");
        if (JobModel.TakenBy(index, settled.Outcome.Result, id) is { } taken) throw Wrong("job", taken.Why);
        var price = Price(form);
        var royalty = Royalty(form);
        if ((services.GetService<SchedulerHost>() is { } scheduler
            ? await scheduler.ResultAsync(id, stop) : null) is not { Checkpoints: [var checkpoint, ..] })
            throw Wrong("job",
                $"This node did not run job {id}, and does not know where its parameters are. Register it at the node of its scheduler, or "
                + $"with: databright model register --job {id}");
        var plan = await PlanAsync(settled, stop);
        await uploads.KeepAsync(uploader, Encoding.UTF8.GetBytes(plan.Architecture.ToJson()), stop);
        var card = await CardAsync(settled.Order.Dataset, FileForm.Find(form, "card"), stop);
        if (card is not null) await uploads.KeepAsync(uploader, card, stop);
        var registration = JobModel.Of(settled, plan, checkpoint.Cid, [], price)
            with { RoyaltyBps = royalty, Card = card is null ? null : Digest.Of(card) };
        return drafts.Keep(new ModelDraft(id, settled.Buyer, registration), uploader);
    }

    private async Task<JobPlan> PlanAsync(SettledJob settled, CancellationToken stop)
    {
        try
        {
            return JobPlan.Parse(await blobs.ReadAsync(Cid.Raw(settled.Order.Plan), JobPlan.MaxBytes, stop));
        }
        catch (Exception absent) when (absent is BlobException or BadPlanException)
        {
            throw Wrong("job", $"The plan of job {settled.Id} is not on this node.");
        }
    }

    /// <summary>The card names the schema of the dataset, so that whoever has the card knows what the model's answers are called.</summary>
    private async Task<byte[]?> CardAsync(DatasetId id, string? text, CancellationToken stop)
    {
        if (text is { Length: > MaxCard }) throw Wrong("card", $"At most {MaxCard} characters, please; these are {text.Length}.");
        var card = text is null ? null : Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\n") + "\n");
        return await ledger.Datasets.FindAsync(id, stop) is { } dataset && await SchemaLink.ReadAsync(blobs, dataset, stop) is not null
            && await SchemaLink.FindAsync(blobs, dataset, stop) is { } schema
            ? SchemaLink.Write(card ?? [], schema)
            : card;
    }

    private static Money Price(IFormCollection form) => FileForm.Find(form, "price") is not { } text ? Money.Zero
        : Money.TryParse(text, out var sum) ? sum
        : throw Wrong("price", "That is no amount of dollars such as 0.01.");

    private static int Royalty(IFormCollection form) => FileForm.Find(form, "royalty") is not { } text ? 0
        : int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var percent)
            && percent <= MaxRoyalty ? percent * 100
        : throw Wrong("royalty", $"That is no whole number from 0 to {MaxRoyalty}.");

    private static InvalidRequestException Wrong(string field, string why) => new(field, why);
}
