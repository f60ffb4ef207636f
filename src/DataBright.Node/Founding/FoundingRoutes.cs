using DataBright.Node.Accounts;
using DataBright.Node.Datasets;
using DataBright.Node.Drafts;
using DataBright.Node.Offers;
using DataBright.Node.Rest;
using DataBright.Node.Uploads;
using DataBright.Node.Web;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;

namespace DataBright.Node.Founding;

/// <summary>Creating a dataset from a page.</summary>
internal static class FoundingRoutes
{
    private const string Path = "/datasets/new";

    public static void MapFounding(this IEndpointRouteBuilder app)
    {
        app.MapPost("/api/v1/datasets/drafts", SendAsync).RequireRateLimiting(WriteLimits.Name).WithTags("Datasets")
            .WithSummary("Prepare a dataset: multipart/form-data with 'account', 'name', 'symbol' and 'file'. Sign it as an upload")
            .Produces<FoundingPrepared>().ProducesProblem(400).ProducesProblem(401).ProducesProblem(429);
        app.MapGet(Path, PageAsync).RequireRateLimiting(WriteLimits.Costly).ExcludeFromDescription();
        app.MapPost(Path, PostAsync).RequireRateLimiting(WriteLimits.Name).ExcludeFromDescription();
    }

    private static async Task<IResult> PageAsync(string? draft, HttpContext context, IDatasetReader datasets,
        DraftStore<FoundingInHand> drafts, UploadAuthorization gate, CancellationToken stop)
    {
        var hand = drafts.Find(draft);
        if (hand is not null && await new CreatedDatasets(datasets).FindAsync(hand, stop) is { } dataset)
            return FollowUp.To(context, $"/datasets/{dataset}");
        var forgotten = hand is null && !string.IsNullOrEmpty(draft)
            ? "This node has forgotten what was prepared. Prepare it again." : null;
        return Pages.Show<FoundingPage>(new { Draft = draft, Hand = hand, Refusal = forgotten, MustSign = !gate.IsOpen(context) });
    }

    private static async Task<IResult> PostAsync(HttpContext context, VisitorSession visitor, IAntiforgery antiforgery,
        CancellationToken stop)
    {
        if (visitor.Session is not { } session) return FollowUp.SeeOther(context, QueryHelpers.AddQueryString("/account", "from", Path));
        try
        {
            var form = await FileForm.ReadAsync(context.Request, stop);
            await LocalForms.RequireOwnAsync(context, antiforgery);
            var draft = await Reader(context)
                .ReadAsync(form, session.Account.Address, session.Key.PublicKey, UploadFacts.ThisMachine, stop);
            return FollowUp.SeeOther(context, QueryHelpers.AddQueryString(Path, "draft", draft));
        }
        catch (RefusedException refused)
        {
            return new RazorComponentResult<FoundingPage>(
                new { Refusal = refused.Message }) { StatusCode = StatusCodes.Status422UnprocessableEntity };
        }
    }

    private static async Task<IResult> SendAsync(HttpContext context, DraftStore<FoundingInHand> drafts, FileSender sender,
        VisitorSession visitor, CancellationToken stop)
    {
        try
        {
            var uploader = await sender.AdmitAsync(context, stop);
            var form = await FileForm.ReadAsync(context.Request, stop);
            var founder = visitor.Session?.Account.Address
                ?? RouteParsers.Account(FileForm.Find(form, "account")
                    ?? throw new InvalidRequestException("account", "'account' is missing: who creates it?"));
            if (uploader != UploadFacts.ThisMachine && uploader != founder.ToString())
                throw new InvalidRequestException("account",
                    $"{uploader} signed this, so nobody else can be its founder: whoever prepares a dataset knows its private points.");
            var draft = await Reader(context).ReadAsync(form, founder, visitor.Session?.Key.PublicKey, uploader, stop);
            var hand = drafts.Find(draft)!;
            return TypedResults.Ok(new FoundingPrepared(draft, founder, hand.Draft.Charter.ShareName, hand.Draft.Charter.Founding.Count,
                hand.HeldOut, hand.Draft.Terms.HeldOut is not null, hand.Notes));
        }
        catch (UploadRefusedException refused)
        {
            return TypedResults.Problem(refused.Message, statusCode: refused.Status);
        }
    }

    /// <summary>Made only for those who may have something prepared.</summary>
    private static FoundingReader Reader(HttpContext context) => context.RequestServices.GetRequiredService<FoundingReader>();
}
