using DataBright.Market;
using DataBright.Node.Accounts;
using DataBright.Node.Datasets;
using DataBright.Node.Drafts;
using DataBright.Node.Proposals;
using DataBright.Node.Rest;
using DataBright.Node.Uploads;
using DataBright.Node.Web;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;

namespace DataBright.Node.Offers;

/// <summary>
/// Offering data from a page: a file is read, what it would be is shown, and the offer is signed like every other action.
/// </summary>
internal static class OfferRoutes
{
    private const int Looked = 20;

    public static void MapOffers(this IEndpointRouteBuilder app)
    {
        var rest = app.MapGroup("/api/v1/datasets").WithTags("Datasets").RequireRateLimiting(WriteLimits.Name);
        rest.MapPost("/{id}/offers", SendAsync)
            .WithSummary("Have a file read as points of a dataset: multipart/form-data with 'file'. Sign it as an upload")
            .Produces<OfferReview>().ProducesProblem(400).ProducesProblem(401).ProducesProblem(429);
        app.MapGet("/datasets/{id}/offer", PageAsync).RequireRateLimiting(WriteLimits.Costly).ExcludeFromDescription();
        app.MapPost("/datasets/{id}/offer", PostAsync).RequireRateLimiting(WriteLimits.Name).ExcludeFromDescription();
    }

    private static async Task<IResult> PageAsync(string id, string? file, HttpContext context, IDatasetReader datasets,
        IProposalReader proposals, OfferReviews reviews, UploadAuthorization gate, Visitor visitor, CancellationToken stop)
    {
        var dataset = RouteParsers.Id<DatasetId>(id);
        if (await datasets.FindAsync(dataset, stop) is not { } facts) return new NotFoundAnswer($"dataset {id}");
        var review = string.IsNullOrEmpty(file) ? null : reviews.Find(dataset, RouteParsers.Cid(file));
        if (review is not null && await MadeAsync(review, visitor, proposals, stop) is { } proposal)
            return FollowUp.To(context, $"/proposals/{proposal}");
        var forgotten = review is null && !string.IsNullOrEmpty(file)
            ? "This node has not read that file, or has forgotten it. Choose it again." : null;
        return Pages.Show<OfferPage>(new { Dataset = facts, Review = review, Refusal = forgotten, MustSign = !gate.IsOpen(context) });
    }

    /// <summary>A plain form, for a key that this node has unlocked.</summary>
    private static async Task<IResult> PostAsync(string id, HttpContext context, IDatasetReader datasets, VisitorSession visitor,
        IAntiforgery antiforgery, CancellationToken stop)
    {
        if (visitor.Session is null)
            return FollowUp.SeeOther(context, QueryHelpers.AddQueryString("/account", "from", $"/datasets/{id}/offer"));
        var dataset = RouteParsers.Id<DatasetId>(id);
        if (await datasets.FindAsync(dataset, stop) is not { } facts) return new NotFoundAnswer($"dataset {id}");
        try
        {
            var form = await FileForm.ReadAsync(context.Request, stop);
            await LocalForms.RequireOwnAsync(context, antiforgery);
            var review = await Reader(context).ReadAsync(dataset, FileForm.FileOf(form), FileForm.Of(form), UploadFacts.ThisMachine, stop);
            return review is null ? new NotFoundAnswer($"dataset {id}") : FollowUp.SeeOther(context, PathOf(review));
        }
        catch (RefusedException refused)
        {
            return new RazorComponentResult<OfferPage>(new { Dataset = facts,
                Refusal = refused.Message }) { StatusCode = StatusCodes.Status422UnprocessableEntity };
        }
    }

    private static async Task<IResult> SendAsync(string id, HttpContext context, FileSender sender, CancellationToken stop)
    {
        try
        {
            var uploader = await sender.AdmitAsync(context, stop);
            var form = await FileForm.ReadAsync(context.Request, stop);
            var review = await Reader(context)
                .ReadAsync(RouteParsers.Id<DatasetId>(id), FileForm.FileOf(form), FileForm.Of(form), uploader, stop);
            return review is null ? new NotFoundAnswer($"dataset {id}") : TypedResults.Ok(review);
        }
        catch (UploadRefusedException refused)
        {
            return TypedResults.Problem(refused.Message, statusCode: refused.Status);
        }
    }

    /// <summary>The proposal that was made of an offer by whoever looks; null where none was, or the index has not read it.</summary>
    private static async Task<ProposalId?> MadeAsync(OfferReview review, Visitor visitor, IProposalReader proposals, CancellationToken stop)
    {
        if (visitor.Account is not { } account) return null;
        foreach (var one in (await proposals.ListAsync(review.Dataset, PageRequest.First(Looked), stop)).Items
            .Where(one => one.Contributor == account && one.Points == review.Points))
            if ((await proposals.FindAsync(one.Id, stop))?.ShardRoot == review.Root) return one.Id;
        return null;
    }

    /// <summary>Made only for those who may have something read.</summary>
    private static OfferReader Reader(HttpContext context) => context.RequestServices.GetRequiredService<OfferReader>();

    private static string PathOf(OfferReview review) => $"/datasets/{review.Dataset}/offer?file={review.File}";
}
