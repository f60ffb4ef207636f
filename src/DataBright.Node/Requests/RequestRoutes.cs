using DataBright.Market;
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

    private static async Task<JsonWithETag<Page<RequestSummary>>> ListAsync(string? cursor, string? limit, IRequestReader requests,
        CancellationToken stop) =>
        JsonAnswers.With(List, await requests.ListAsync(RouteParsers.Page(List, cursor, limit), stop));

    private static async Task<Results<JsonWithETag<RequestFacts>, NotFoundAnswer>> OneAsync(string id, IRequestReader requests,
        CancellationToken stop) =>
        await requests.FindAsync(RouteParsers.Id<RequestId>(id), stop) is { } request
            ? JsonAnswers.With(request) : new NotFoundAnswer($"request {id}");

    private static async Task<Results<JsonWithETag<Page<AnswerFacts>>, NotFoundAnswer>> AnswersAsync(string id, string? cursor,
        string? limit, IRequestReader requests, CancellationToken stop) =>
        await requests.AnswersAsync(RouteParsers.Id<RequestId>(id), RouteParsers.Page(AnswerList, cursor, limit), stop) is { } page
            ? JsonAnswers.With(AnswerList, page) : new NotFoundAnswer($"request {id}");

    private static async Task<Results<JsonWithETag<Page<RewardFacts>>, NotFoundAnswer>> RewardsAsync(string id, string? cursor,
        string? limit, IRequestReader requests, CancellationToken stop) =>
        await requests.RewardsAsync(RouteParsers.Id<RequestId>(id), RouteParsers.Page(RewardList, cursor, limit), stop) is { } page
            ? JsonAnswers.With(RewardList, page) : new NotFoundAnswer($"request {id}");

    private static async Task<RazorComponentResult> ListPageAsync(string? cursor, IRequestReader requests, CancellationToken stop)
    {
        var page = await requests.ListAsync(RouteParsers.Page(List, cursor), stop);
        return Pages.Show<RequestsPage>(new { Requests = page, Next = Pages.Next(page, List, "/requests") });
    }

    private static async Task<Results<RazorComponentResult, NotFoundAnswer>> RequestPageAsync(string id, string? answers, string? rewards,
        IRequestReader requests, CancellationToken stop)
    {
        var request = RouteParsers.Id<RequestId>(id);
        if (await requests.FindAsync(request, stop) is not { } facts
            || await requests.AnswersAsync(request, RouteParsers.Page(AnswerList, answers, "20"), stop) is not { } answerPage
            || await requests.RewardsAsync(request, RouteParsers.Page(RewardList, rewards, "20"), stop) is not { } rewardPage)
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
