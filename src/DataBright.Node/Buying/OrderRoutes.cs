using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Compute.Points;
using DataBright.Node.Accounts;
using DataBright.Node.Datasets;
using DataBright.Node.Drafts;
using DataBright.Node.Jobs;
using DataBright.Node.Offers;
using DataBright.Node.Rest;
using DataBright.Node.Uploads;
using DataBright.Node.Web;
using DataBright.Storage;
using Microsoft.AspNetCore.Antiforgery;

namespace DataBright.Node.Buying;

/// <summary>Ordering a training job from the page of a dataset, and registering what it made from the page of the job.</summary>
internal static class OrderRoutes
{
    public static void MapOrders(this IEndpointRouteBuilder app)
    {
        var rest = app.MapGroup("/api/v1").RequireRateLimiting(WriteLimits.Name);
        rest.MapPost("/datasets/{id}/jobs/drafts", SendOrderAsync).WithTags("Jobs")
            .WithSummary(
                "Prepare a training job: a form with 'architecture', 'price', 'epochs', 'redundancy', 'partitions', 'within-hours'. Sign "
                + "it as an upload")
            .Produces<OrderPrepared>().ProducesProblem(400).ProducesProblem(401).ProducesProblem(429);
        rest.MapPost("/jobs/{id}/model/drafts", SendModelAsync).WithTags("Models")
            .WithSummary("Prepare the model of a settled job: a form with 'price', 'royalty', 'card'. Sign it as an upload")
            .Produces<ModelPrepared>().ProducesProblem(400).ProducesProblem(401).ProducesProblem(429);
        app.MapGet("/datasets/{id}/train", OrderPageAsync).RequireRateLimiting(WriteLimits.Costly).ExcludeFromDescription();
        app.MapPost("/datasets/{id}/train", PostOrderAsync).RequireRateLimiting(WriteLimits.Name).ExcludeFromDescription();
        app.MapGet("/jobs/{id}/register", ModelPageAsync).RequireRateLimiting(WriteLimits.Costly).ExcludeFromDescription();
        app.MapPost("/jobs/{id}/register", PostModelAsync).RequireRateLimiting(WriteLimits.Name).ExcludeFromDescription();
    }

    private static async Task<IResult> OrderPageAsync(
        string id, string? draft, HttpContext context, IDatasetReader datasets, BoughtJobs bought, IBlobStore blobs,
        DraftStore<OrderDraft> drafts, UploadAuthorization gate, Visitor visitor, CancellationToken stop)
    {
        var dataset = RouteParsers.Id<DatasetId>(id);
        if (await datasets.FindAsync(dataset, stop) is not { } facts) return new NotFoundAnswer($"dataset {id}");
        var hand = drafts.Find(draft) is { } found && found.Order.Dataset == dataset ? found : null;
        if (hand is not null && bought.Find(hand, visitor.Account) is { } job)
            return FollowUp.To(context, $"/jobs/{job}");
        return Pages.Show<OrderPage>(new { Dataset = facts, Architectures = await NamesAsync(blobs, facts, stop), Draft = draft,
            Hand = hand, Refusal = DraftForms.Forgotten(draft, hand), MustSign = !gate.IsOpen(context) });
    }

    private static async Task<IResult> PostOrderAsync(string id, HttpContext context, IDatasetReader datasets, IBlobStore blobs,
        VisitorSession visitor, IAntiforgery antiforgery, CancellationToken stop)
    {
        var (dataset, path) = (RouteParsers.Id<DatasetId>(id), $"/datasets/{id}/train");
        if (await datasets.FindAsync(dataset, stop) is not { } facts) return new NotFoundAnswer($"dataset {id}");
        return await DraftForms.PostAsync(context, path, visitor, antiforgery,
            form => Orders(context).ReadAsync(dataset, form, UploadFacts.ThisMachine, stop),
            async why => DraftForms.Refused<OrderPage>(
                new { Dataset = facts, Architectures = await NamesAsync(blobs, facts, stop), Refusal = why }), stop);
    }

    private static Task<IResult> SendOrderAsync(string id, HttpContext context, DraftStore<OrderDraft> drafts, FileSender sender,
        CancellationToken stop) =>
        DraftForms.SendAsync(context, sender,
            (form, uploader) => Orders(context).ReadAsync(RouteParsers.Id<DatasetId>(id), form, uploader, stop), draft =>
        {
            var hand = drafts.Find(draft)!;
            return TypedResults.Ok(new OrderPrepared(draft, hand.Total, hand.Fee, hand.Tasks, hand.Quote?.Problem));
        }, $"dataset {id}", stop);

    private static async Task<IResult> ModelPageAsync(string id, string? draft, HttpContext context, IJobReader jobs,
        DraftStore<ModelDraft> drafts, UploadAuthorization gate, CancellationToken stop)
    {
        var job = RouteParsers.Id<JobId>(id);
        if (await jobs.FindAsync(job, stop) is not { } facts) return new NotFoundAnswer($"job {id}");
        if (facts.Model is { } made) return FollowUp.To(context, $"/models/{made}");
        var hand = drafts.Find(draft) is { } found && found.Job == job ? found : null;
        return Pages.Show<RegisterPage>(new { Job = facts, Draft = draft, Hand = hand, Refusal = DraftForms.Forgotten(draft, hand),
            MustSign = !gate.IsOpen(context) });
    }

    private static async Task<IResult> PostModelAsync(string id, HttpContext context, IJobReader jobs, VisitorSession visitor,
        IAntiforgery antiforgery, CancellationToken stop)
    {
        var job = RouteParsers.Id<JobId>(id);
        if (await jobs.FindAsync(job, stop) is not { } facts) return new NotFoundAnswer($"job {id}");
        return await DraftForms.PostAsync(context, $"/jobs/{job}/register", visitor, antiforgery,
            form => Models(context).ReadAsync(job, form, UploadFacts.ThisMachine, stop),
            why => Task.FromResult<IResult>(DraftForms.Refused<RegisterPage>(new { Job = facts, Refusal = why })), stop);
    }

    private static Task<IResult> SendModelAsync(string id, HttpContext context, DraftStore<ModelDraft> drafts, FileSender sender,
        CancellationToken stop) =>
        DraftForms.SendAsync(context, sender,
            (form, uploader) => Models(context).ReadAsync(RouteParsers.Id<JobId>(id), form, uploader, stop), draft =>
        {
            var hand = drafts.Find(draft)!;
            return TypedResults.Ok(new ModelPrepared(draft, hand.Job, hand.Registration.Dataset, hand.Registration.MetricPpm));
        }, $"job {id}", stop);

    /// <summary>Made only for those who may have something prepared.</summary>
    private static OrderReader Orders(HttpContext context) => context.RequestServices.GetRequiredService<OrderReader>();

    private static ModelDrafts Models(HttpContext context) => context.RequestServices.GetRequiredService<ModelDrafts>();

    private static async Task<IReadOnlyList<string>> NamesAsync(IBlobStore blobs, DatasetFacts dataset, CancellationToken stop) =>
        await SchemaFile.FindAsync(blobs, dataset.SchemaHash.ToDigest(), stop) is { } points
            ? [.. ArchitectureFit.Of(points).Select(architecture => architecture.Name)] : [];
}
