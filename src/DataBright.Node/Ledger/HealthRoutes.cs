using DataBright.Compute.Scheduler;
using DataBright.Node.Rest;
using DataBright.Node.Roles;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DataBright.Node.Ledger;

internal static class HealthRoutes
{
    /// <summary>A node this many blocks behind answers, but is not sent readers who expect today's market.</summary>
    public const ulong MaxBehind = 32;

    public static void MapHealth(this IEndpointRouteBuilder app) =>
        app.MapGet("/health", () => TypedResults.Text("alive")).WithTags("Node").WithSummary("Whether the process runs");

    public static void MapReadiness(this IEndpointRouteBuilder app)
    {
        app.MapGet("/ready", ReadyAsync).WithTags("Node").WithSummary("Whether the index is near the chain's newest block");
        app.MapGet("/api/v1/ledger", StateAsync).WithTags("Node").WithSummary("How far the ledger has been read");
    }

    private static async Task<JsonWithETag<LedgerState>> StateAsync(ILedgerStateReader ledger, CancellationToken stop) =>
        JsonAnswers.With(await ledger.ReadAsync(stop));

    private static async Task<Results<Ok<LedgerState>, ProblemHttpResult>> ReadyAsync(ILedgerStateReader ledger, NodeStorage storage,
        IServiceProvider services, CancellationToken stop)
    {
        if ((storage.Trouble() ?? services.GetService<SchedulerHost>()?.Trouble) is { } trouble)
            return TypedResults.Problem(trouble, statusCode: StatusCodes.Status503ServiceUnavailable, title: "Not ready");
        var state = await ledger.ReadAsync(stop);
        return state.Behind switch
        {
            null => TypedResults.Problem("The chain does not answer. Is its URL right, and is it running?",
                statusCode: StatusCodes.Status503ServiceUnavailable, title: "Not ready"),
            > MaxBehind => TypedResults.Problem($"The index is {state.Behind} blocks behind the chain; wait until it has caught up.",
                statusCode: StatusCodes.Status503ServiceUnavailable, title: "Not ready"),
            _ => TypedResults.Ok(state),
        };
    }
}
