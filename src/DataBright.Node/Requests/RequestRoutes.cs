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

    private static async Task<Tagged<Page<RequestSummary>>> ListAsync(string? cursor, string? limit, IMarketView market, CancellationToken stop) =>
        Answer.With(List, await market.RequestsAsync(Ask.Page(List, cursor, limit), stop));

    private static async Task<Results<Tagged<RequestFacts>, Missing>> OneAsync(string id, IMarketView market, CancellationToken stop) =>
        await market.RequestAsync(Ask.Id<RequestId>(id), stop) is { } request ? Answer.With(request) : new Missing($"request {id}");

    private static async Task<Results<Tagged<Page<AnswerFacts>>, Missing>> AnswersAsync(string id, string? cursor, string? limit, IMarketView market, CancellationToken stop) =>
        await market.AnswersAsync(Ask.Id<RequestId>(id), Ask.Page(AnswerList, cursor, limit), stop) is { } page ? Answer.With(AnswerList, page) : new Missing($"request {id}");

    private static async Task<Results<Tagged<Page<RewardFacts>>, Missing>> RewardsAsync(string id, string? cursor, string? limit, IMarketView market, CancellationToken stop) =>
        await market.RewardsAsync(Ask.Id<RequestId>(id), Ask.Page(RewardList, cursor, limit), stop) is { } page ? Answer.With(RewardList, page) : new Missing($"request {id}");

    private static async Task<RazorComponentResult> ListPageAsync(string? cursor, IMarketView market, CancellationToken stop)
    {
        var requests = await market.RequestsAsync(Ask.Page(List, cursor), stop);
        return Pages.Show<RequestsPage>(new { Requests = requests, Next = Pages.Next(requests, List, "/requests") });
    }

    private static async Task<Results<RazorComponentResult, Missing>> RequestPageAsync(string id, string? answers, string? rewards, IMarketView market, CancellationToken stop)
    {
        var request = Ask.Id<RequestId>(id);
        if (await market.RequestAsync(request, stop) is not { } facts
            || await market.AnswersAsync(request, Ask.Page(AnswerList, answers, "20"), stop) is not { } answerPage
            || await market.RewardsAsync(request, Ask.Page(RewardList, rewards, "20"), stop) is not { } rewardPage)
            return new Missing($"request {id}");

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
