using DataBright.Market;
using DataBright.Node.Ledger;
using DataBright.Node.Rest;
using DataBright.Node.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DataBright.Node.Requests;

internal static class RequestRoutes
{
    private const string List = "requests", AnswerList = "answers", RewardList = "rewards";

    public static void MapRequests(this IEndpointRouteBuilder app)
    {
        var rest = app.MapGroup("/api/v1/requests").WithTags("Requests");
        rest.MapGet("/", ListAsync).WithSummary("Requests for data, newest first");
        rest.MapGet("/{id}", OneAsync).WithSummary("A request with its sponsors");
        rest.MapGet("/{id}/answers", AnswersAsync).WithSummary("Datasets offered as answers, newest first");
        rest.MapGet("/{id}/rewards", RewardsAsync).WithSummary("What contributors were paid out of its pot, newest first");

        app.MapGet("/requests", ListPageAsync).ExcludeFromDescription();
        app.MapGet("/requests/{id}", RequestPageAsync).ExcludeFromDescription();
    }

    private static async Task<JsonWithETag<Page<RequestSummary>>> ListAsync(string? cursor, string? limit, IMarketView market, CancellationToken stop) =>
        JsonAnswers.With(List, await market.RequestsAsync(RouteParsers.Page(List, cursor, limit), stop));

    private static async Task<Results<JsonWithETag<RequestFacts>, NotFoundAnswer>> OneAsync(string id, IMarketView market, CancellationToken stop) =>
        await market.RequestAsync(RouteParsers.Id<RequestId>(id), stop) is { } request ? JsonAnswers.With(request) : new NotFoundAnswer($"request {id}");

    private static async Task<Results<JsonWithETag<Page<AnswerFacts>>, NotFoundAnswer>> AnswersAsync(string id, string? cursor, string? limit, IMarketView market, CancellationToken stop) =>
        await market.AnswersAsync(RouteParsers.Id<RequestId>(id), RouteParsers.Page(AnswerList, cursor, limit), stop) is { } page ? JsonAnswers.With(AnswerList, page) : new NotFoundAnswer($"request {id}");

    private static async Task<Results<JsonWithETag<Page<RewardFacts>>, NotFoundAnswer>> RewardsAsync(string id, string? cursor, string? limit, IMarketView market, CancellationToken stop) =>
        await market.RewardsAsync(RouteParsers.Id<RequestId>(id), RouteParsers.Page(RewardList, cursor, limit), stop) is { } page ? JsonAnswers.With(RewardList, page) : new NotFoundAnswer($"request {id}");

    private static async Task<RazorComponentResult> ListPageAsync(string? cursor, IMarketView market, CancellationToken stop)
    {
        var requests = await market.RequestsAsync(RouteParsers.Page(List, cursor), stop);
        return Pages.Show<RequestsPage>(new { Requests = requests, Next = Pages.Next(requests, List, "/requests") });
    }

    private static async Task<Results<RazorComponentResult, NotFoundAnswer>> RequestPageAsync(string id, string? answers, string? rewards, IMarketView market, CancellationToken stop)
    {
        var request = RouteParsers.Id<RequestId>(id);
        if (await market.RequestAsync(request, stop) is not { } facts
            || await market.AnswersAsync(request, RouteParsers.Page(AnswerList, answers, "20"), stop) is not { } answerPage
            || await market.RewardsAsync(request, RouteParsers.Page(RewardList, rewards, "20"), stop) is not { } rewardPage)
            return new NotFoundAnswer($"request {id}");

        return Pages.Show<RequestPage>(new
        {
            Request = facts,
            Answers = answerPage,
            Rewards = rewardPage,
            NextAnswers = Pages.Next(answerPage, AnswerList, $"/requests/{request}", "answers"),
            NextRewards = Pages.Next(rewardPage, RewardList, $"/requests/{request}", "rewards"),
        });
    }
}
