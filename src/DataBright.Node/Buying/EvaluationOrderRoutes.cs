using DataBright.Market;
using DataBright.Node.Accounts;
using DataBright.Node.Drafts;
using DataBright.Node.Jobs;
using DataBright.Node.Offers;
using DataBright.Node.Proposals;
using DataBright.Node.Rest;
using DataBright.Node.Uploads;
using DataBright.Node.Web;
using Microsoft.AspNetCore.Antiforgery;

namespace DataBright.Node.Buying;

/// <summary>Having a proposal measured, from its page.</summary>
internal static class EvaluationOrderRoutes
{
    public static void MapEvaluationOrders(this IEndpointRouteBuilder app)
    {
        app.MapGroup("/api/v1").RequireRateLimiting(WriteLimits.Name).MapPost("/proposals/{id}/evaluations/drafts", SendAsync)
            .WithTags("Proposals").WithSummary("Prepare the measurement of a proposal: a form with 'price'. Sign it as an upload")
            .Produces<OrderPrepared>().ProducesProblem(400).ProducesProblem(401).ProducesProblem(429);
        app.MapGet("/proposals/{id}/evaluate", PageAsync).RequireRateLimiting(WriteLimits.Costly).ExcludeFromDescription();
        app.MapPost("/proposals/{id}/evaluate", PostAsync).RequireRateLimiting(WriteLimits.Name).ExcludeFromDescription();
    }

    private static async Task<IResult> PageAsync(string id, string? draft, HttpContext context, IProposalReader proposals,
        BoughtJobs bought, DraftStore<OrderDraft> drafts, UploadAuthorization gate, Visitor visitor, CancellationToken stop)
    {
        var proposal = RouteParsers.Id<ProposalId>(id);
        if (await proposals.FindAsync(proposal, stop) is not { } facts) return new NotFoundAnswer($"proposal {id}");
        var hand = drafts.Find(draft) is { } found && found.Order.Proposal == proposal ? found : null;
        if (hand is not null && bought.Find(hand, visitor.Account) is { } job)
            return FollowUp.To(context, $"/jobs/{job}");
        return Pages.Show<EvaluatePage>(new { Proposal = facts.Summary, Draft = draft, Hand = hand,
            Refusal = DraftForms.Forgotten(draft, hand), MustSign = !gate.IsOpen(context) });
    }

    private static async Task<IResult> PostAsync(string id, HttpContext context, IProposalReader proposals, VisitorSession visitor,
        IAntiforgery antiforgery, CancellationToken stop)
    {
        var proposal = RouteParsers.Id<ProposalId>(id);
        if (await proposals.FindAsync(proposal, stop) is not { } facts) return new NotFoundAnswer($"proposal {id}");
        return await DraftForms.PostAsync(context, $"/proposals/{proposal}/evaluate", visitor, antiforgery,
            form => Evaluations(context).ReadAsync(proposal, form, UploadFacts.ThisMachine, stop),
            why => Task.FromResult<IResult>(DraftForms.Refused<EvaluatePage>(new { Proposal = facts.Summary, Refusal = why })), stop);
    }

    private static Task<IResult> SendAsync(string id, HttpContext context, DraftStore<OrderDraft> drafts, FileSender sender,
        CancellationToken stop) =>
        DraftForms.SendAsync(context, sender,
            (form, uploader) => Evaluations(context).ReadAsync(RouteParsers.Id<ProposalId>(id), form, uploader, stop), draft =>
        {
            var hand = drafts.Find(draft)!;
            return TypedResults.Ok(new OrderPrepared(draft, hand.Total, hand.Fee, hand.Tasks, hand.Quote?.Problem));
        }, $"proposal {id}", stop);

    /// <summary>Made only for those who may have something prepared.</summary>
    private static EvaluationReader Evaluations(HttpContext context) => context.RequestServices.GetRequiredService<EvaluationReader>();
}
