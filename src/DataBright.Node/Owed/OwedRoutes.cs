using DataBright.Node.Rest;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DataBright.Node.Owed;

internal static class OwedRoutes
{
    public static void MapOwed(this IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/accounts/{account}/owed", OneAsync).RequireRateLimiting(WriteLimits.Costly).ProducesProblem(503)
            .WithTags("Accounts")
            .WithSummary("Everything that is owed to an account, what is not yet its own, and the transactions that collect it");

    private static async Task<Results<JsonWithETag<OwedFacts>, ProblemHttpResult>> OneAsync(string account, IOwedReader owed,
        CancellationToken stop) =>
        await owed.FactsAsync(RouteParsers.Account(account), stop) is { } due ? JsonAnswers.With(due)
            : TypedResults.Problem("What is owed changes with every block, and the chain does not answer now: try again later.",
                statusCode: 503, title: "The chain does not answer");
}
