using DataBright.Node.Ledger;
using DataBright.Node.Rest;
using DataBright.Node.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DataBright.Node.Workers;

internal static class WorkerRoutes
{
    private const string List = "workers";

    public static void MapWorkers(this IEndpointRouteBuilder app)
    {
        var rest = app.MapGroup("/api/v1").WithTags("Workers");
        rest.MapGet("/workers", ListAsync).WithSummary("Workers in the order they registered");
        rest.MapGet("/workers/{account}", OneAsync).WithSummary("A worker");
        rest.MapGet("/trusted-keys", KeysAsync).WithSummary("Keys of schedulers and referees, with what attests them");

        app.MapGet("/workers", PageAsync).ExcludeFromDescription();
    }

    private static async Task<JsonWithETag<Page<WorkerFacts>>> ListAsync(string? cursor, string? limit, IMarketView market, CancellationToken stop) =>
        JsonAnswers.With(List, await market.WorkersAsync(RouteParsers.Page(List, cursor, limit), stop));

    private static async Task<Results<JsonWithETag<WorkerFacts>, NotFoundAnswer>> OneAsync(string account, IMarketView market, CancellationToken stop) =>
        await market.WorkerAsync(RouteParsers.Account(account), stop) is { } worker ? JsonAnswers.With(worker) : new NotFoundAnswer($"worker {account}");

    private static async Task<JsonWithETag<IReadOnlyList<TrustedKeyFacts>>> KeysAsync(IMarketView market, CancellationToken stop) =>
        JsonAnswers.With(await market.TrustedKeysAsync(stop));

    private static async Task<RazorComponentResult> PageAsync(string? cursor, IMarketView market, CancellationToken stop)
    {
        var workers = await market.WorkersAsync(RouteParsers.Page(List, cursor), stop);
        return Pages.Show<WorkersPage>(new { Workers = workers, Keys = await market.TrustedKeysAsync(stop), Next = Pages.Next(workers, List, "/workers") });
    }
}
