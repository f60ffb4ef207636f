using System.Text.Json.Nodes;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Index;
using DataBright.Node.Ledger;
using DataBright.Node.Rest;
using DataBright.Services.Discussion;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DataBright.Node.Discussion;

internal static class DiscussionRoutes
{
    public const string List = "comments";

    public static void MapDiscussion(this IEndpointRouteBuilder app)
    {
        var rest = app.MapGroup("/api/v1/proposals/{id}").WithTags("Discussion");
        rest.MapGet("/comments", ListAsync).WithSummary("What is said about a proposal, each comment followed by its answers");
        Takes<CommentForm>(rest.MapPost("/comments", SayAsync)).WithSummary("Say something, or word it anew; signed by its author")
            .WithDescription("Sent twice it is taken once and answered alike.").Produces<ThreadComment>();
        Takes<CommentDraft>(rest.MapPost("/comments/typed-data", CommentForWalletAsync))
            .WithSummary("A comment as a wallet signs it (eth_signTypedData_v4)")
            .WithDescription("What would not be taken is refused here already. Send message.at of the answer with the signature.")
            .Produces<JsonObject>();
        Takes<HidingForm>(rest.MapPost("/hidings", HideAsync))
            .WithSummary("Wish that a comment be hidden or shown; signed by somebody with votes")
            .WithDescription("The latest wish of each voter counts, with the votes it had when the proposal opened.")
            .Produces<ThreadComment>();
        Takes<HidingDraft>(rest.MapPost("/hidings/typed-data", HidingForWalletAsync))
            .WithSummary("The same wish as a wallet signs it (eth_signTypedData_v4)").Produces<JsonObject>();
    }

    private static RouteHandlerBuilder Takes<TForm>(RouteHandlerBuilder route) where TForm : notnull =>
        route.RequireRateLimiting(WriteLimits.Name).Accepts<TForm>("application/json")
        .ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(413).ProducesProblem(415)
            .ProducesProblem(422).ProducesProblem(429).ProducesProblem(503);

    private static async Task<Results<JsonWithETag<Page<ThreadComment>>, NotFoundAnswer>> ListAsync(
        string id, string? cursor, string? limit, IDiscussedProposals proposals, ProposalDiscussions discussions, CancellationToken stop) =>
        await PageAsync(RouteParsers.Id<ProposalId>(id), RouteParsers.Page(List, cursor, limit), proposals, discussions, stop) is { } page
            ? JsonAnswers.With(List, page) : new NotFoundAnswer($"proposal {id}");

    /// <summary>
    /// Null where the node knows no such proposal. One that is discussed exists, even where the index has not come to it.
    /// </summary>
    public static async Task<Page<ThreadComment>?> PageAsync(ProposalId proposal, PageRequest page, IDiscussedProposals proposals,
        ProposalDiscussions discussions, CancellationToken stop)
    {
        if (!await proposals.ExistsAsync(proposal, stop) && discussions.CountOf(proposal) == 0) return null;
        try
        {
            var part = discussions.About(proposal, new SliceRequest(page.Limit, page.After));
            return new Page<ThreadComment>(part.Items, part.Next);
        }
        catch (FormatException)
        {
            throw Cursor.NotHere();
        }
    }

    private static async Task<IResult> SayAsync(string id, HttpRequest request, ProposalDiscussions discussions, LedgerPulse pulse,
        CancellationToken stop)
    {
        var proposal = RouteParsers.Id<ProposalId>(id);
        var form = await Body.ReadAsync<CommentForm>(request, StatementBytes.Limit, stop);
        var comment = await discussions.SayAsync(form.On(proposal), stop);
        pulse.Beat();
        return TypedResults.Ok(comment);
    }

    private static async Task<IResult> HideAsync(string id, HttpRequest request, ProposalDiscussions discussions, LedgerPulse pulse,
        CancellationToken stop)
    {
        var proposal = RouteParsers.Id<ProposalId>(id);
        var form = await Body.ReadAsync<HidingForm>(request, StatementBytes.Limit, stop);
        var comment = await discussions.HideAsync(form.On(proposal), stop);
        pulse.Beat();
        return TypedResults.Ok(comment);
    }

    private static async Task<Ok<JsonObject>> CommentForWalletAsync(string id, HttpRequest request, ProposalDiscussions discussions,
        TimeProvider clock, CancellationToken stop)
    {
        var proposal = RouteParsers.Id<ProposalId>(id);
        var comment = (await Body.ReadAsync<CommentDraft>(request, StatementBytes.Limit, stop)).On(proposal, Now(clock));
        await discussions.RequireSayableAsync(comment, stop);
        return TypedResults.Ok(discussions.Statements.ForWallet(comment));
    }

    private static async Task<Ok<JsonObject>> HidingForWalletAsync(string id, HttpRequest request, ProposalDiscussions discussions,
        TimeProvider clock, CancellationToken stop)
    {
        var proposal = RouteParsers.Id<ProposalId>(id);
        var hiding = (await Body.ReadAsync<HidingDraft>(request, StatementBytes.Limit, stop)).On(proposal, Now(clock));
        await discussions.RequireHideableAsync(hiding, stop);
        return TypedResults.Ok(discussions.Statements.ForWallet(hiding));
    }

    /// <summary>In whole seconds, as it is signed.</summary>
    private static DateTimeOffset Now(TimeProvider clock) => ChainTime.Whole(clock.GetUtcNow());
}
