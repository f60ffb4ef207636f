using DataBright.Market;
using DataBright.Market.Proposals;
using DataBright.Node.Discussion;
using DataBright.Node.Models;
using DataBright.Node.Rest;
using DataBright.Node.Web;
using DataBright.Services.Discussion;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DataBright.Node.Proposals;

internal static class ProposalRoutes
{
    private const string List = "proposals", VoteList = "votes";

    public static void MapProposals(this IEndpointRouteBuilder app)
    {
        var rest = app.MapGroup("/api/v1/proposals").WithTags("Proposals");
        rest.MapGet("/", ListAsync).WithSummary("Proposals, newest first");
        rest.MapGet("/{id}", OneAsync).RequireRateLimiting(WriteLimits.Costly).WithSummary("A proposal with its evaluation and tally");
        rest.MapGet("/{id}/votes", VotesAsync).WithSummary("Votes with their reasons, in the order they were cast");

        app.MapGet("/proposals", ListPageAsync).ExcludeFromDescription();
        app.MapGet("/proposals/{id}", ProposalPageAsync).RequireRateLimiting(WriteLimits.Costly).ExcludeFromDescription();
        app.MapGet("/proposals/{id}/live", LiveAsync).ExcludeFromDescription();
        app.MapGet("/proposals/{id}/samples/{label}.png", SamplesAsync).RequireRateLimiting(WriteLimits.Costly).ExcludeFromDescription();
        app.MapGet("/proposals/{id}/near.png", NearAsync).RequireRateLimiting(WriteLimits.Costly).ExcludeFromDescription();
    }

    private static async Task<JsonWithETag<Page<ProposalSummary>>> ListAsync(string? dataset, string? cursor, string? limit,
        IProposalReader proposals, CancellationToken stop) =>
        JsonAnswers.With(List, await proposals.ListAsync(RouteParsers.OptionalId<DatasetId>(dataset, "dataset"),
            RouteParsers.Page(List, cursor, limit), stop));

    private static async Task<Results<JsonWithETag<ProposalFacts>, NotFoundAnswer>> OneAsync(string id, IProposalReader proposals,
        CancellationToken stop) =>
        await proposals.FindAsync(RouteParsers.Id<ProposalId>(id), stop) is { } proposal
            ? JsonAnswers.With(proposal) : new NotFoundAnswer($"proposal {id}");

    private static async Task<Results<JsonWithETag<Page<VoteFacts>>, NotFoundAnswer>> VotesAsync(string id, string? cursor, string? limit,
        IProposalReader proposals, CancellationToken stop) =>
        await proposals.VotesAsync(RouteParsers.Id<ProposalId>(id), RouteParsers.Page(VoteList, cursor, limit), stop) is { } page
            ? JsonAnswers.With(VoteList, page) : new NotFoundAnswer($"proposal {id}");

    private static async Task<RazorComponentResult> ListPageAsync(string? dataset, string? cursor, IProposalReader proposals,
        CancellationToken stop)
    {
        var of = RouteParsers.OptionalId<DatasetId>(dataset, "dataset");
        var page = await proposals.ListAsync(of, RouteParsers.Page(List, cursor), stop);
        return Pages.Show<ProposalsPage>(new { Dataset = of, Proposals = page,
            Next = Pages.Next(page, List, of is { } one ? $"/proposals?dataset={one}" : "/proposals") });
    }

    private static async Task<Results<RazorComponentResult, NotFoundAnswer>> ProposalPageAsync(
        string id, string? votes, string? comments, IProposalReader proposals, IDiscussedProposals discussed, IModelReader models,
        ProposalDiscussions discussions, SampleReader samples, Visitor visitor, CancellationToken stop)
    {
        var proposal = RouteParsers.Id<ProposalId>(id);
        if (await proposals.FindAsync(proposal, stop) is not { } facts
            || await proposals.VotesAsync(proposal, RouteParsers.Page(VoteList, votes), stop) is not { } votePage
            || await DiscussionRoutes.PageAsync(proposal, RouteParsers.Page(DiscussionRoutes.List, comments), discussed, discussions, stop)
                is not { } commentPage)
            return new NotFoundAnswer($"proposal {id}");

        return Pages.Show<ProposalPage>(new
        {
            Proposal = facts,
            Votes = votePage,
            Comments = CommentThread.Of(discussions, proposal, commentPage, Naming(votePage.Items)),
            NextComments = Pages.Next(commentPage, DiscussionRoutes.List, $"/proposals/{proposal}", "comments"),
            Ballot = visitor.Account is { } account ? await proposals.BallotAsync(proposal, account, stop) : null,
            Measuring = await proposals.MeasuringAsync(facts.Summary, stop),
            Change = await BestChange.FindAsync(proposals, models, facts.Summary, stop),
            Samples = (await samples.FindAsync(facts.Cid, SampledOffer.Of(facts), stop))?.Sheet,
            NextVotes = Pages.Next(votePage, VoteList, $"/proposals/{proposal}", "votes"),
        });
    }

    /// <summary>Votes whose reasons name a comment.</summary>
    private static NamingVote[] Naming(IReadOnlyList<VoteFacts> votes) =>
        [.. votes.Where(vote => vote.Comment is not null).Select(vote => new NamingVote(vote.Curator, vote.InFavour, vote.Comment!.Value))];

    private static Task LiveAsync(string id, IProposalReader proposals, LiveParts live, HttpContext context)
    {
        var proposal = RouteParsers.Id<ProposalId>(id);
        return live.SendAsync<TallyPart, ProposalFacts>(
            context,
            "tally",
            reading => proposals.FindAsync(proposal, reading),
            facts => ParameterView.FromDictionary(new Dictionary<string, object?> { [nameof(TallyPart.Proposal)] = facts }),
            facts => facts.Summary.State != ProposalState.Open || facts.Summary.Over);
    }

    private static async Task<Results<FileContentHttpResult, NotFoundAnswer>> SamplesAsync(string id, string label,
        IProposalReader proposals, SampleReader samples, HttpResponse response, CancellationToken stop)
    {
        if (await proposals.FindAsync(RouteParsers.Id<ProposalId>(id), stop) is not { } facts
            || await samples.FindAsync(facts.Cid, SampledOffer.Of(facts), stop) is not { } shard
            || !int.TryParse(label, out int number)
            || shard.Png(number) is not { } png)
            return new NotFoundAnswer($"row of samples labelled {Wording.Cut(label, 12)} of proposal {id} on this node");
        response.Headers.CacheControl = "public, max-age=3600";
        return TypedResults.File(png, "image/png");
    }

    private static async Task<Results<FileContentHttpResult, NotFoundAnswer>> NearAsync(string id, IProposalReader proposals,
        HttpResponse response, CancellationToken stop)
    {
        if (await proposals.NearPictureAsync(RouteParsers.Id<ProposalId>(id), stop) is not { } png)
            return new NotFoundAnswer($"picture of near copies in proposal {id} on this node");
        response.Headers.CacheControl = "public, max-age=3600";
        return TypedResults.File(png, "image/png");
    }
}
