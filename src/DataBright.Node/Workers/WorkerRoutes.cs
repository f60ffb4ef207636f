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

    private static async Task<JsonWithETag<Page<WorkerFacts>>> ListAsync(string? cursor, string? limit, IWorkerReader workers,
        CancellationToken stop) =>
        JsonAnswers.With(List, await workers.ListAsync(RouteParsers.Page(List, cursor, limit), stop));

    private static async Task<Results<JsonWithETag<WorkerFacts>, NotFoundAnswer>> OneAsync(string account, IWorkerReader workers,
        CancellationToken stop) =>
        await workers.FindAsync(RouteParsers.Account(account), stop) is { } worker
            ? JsonAnswers.With(worker) : new NotFoundAnswer($"worker {account}");

    private static async Task<JsonWithETag<IReadOnlyList<TrustedKeyFacts>>> KeysAsync(IWorkerReader workers, CancellationToken stop) =>
        JsonAnswers.With(await workers.TrustedKeysAsync(stop));

    private static async Task<RazorComponentResult> PageAsync(string? cursor, IWorkerReader workers, CancellationToken stop)
    {
        var page = await workers.ListAsync(RouteParsers.Page(List, cursor), stop);
        return Pages.Show<WorkersPage>(new { Workers = page, Keys = await workers.TrustedKeysAsync(stop),
            Next = Pages.Next(page, List, "/workers") });
    }
}
