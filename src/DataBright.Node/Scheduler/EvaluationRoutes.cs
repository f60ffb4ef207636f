using System.Text.Json;
using DataBright.Compute.Evaluations;
using DataBright.Failures;
using DataBright.Market;
using DataBright.Node.Rest;
using DataBright.Storage;

namespace DataBright.Node.Scheduler;

/// <summary>
/// What is asked of a referee: its signature under what an evaluation job measured, or that a model may be its dataset's best.
/// </summary>
public static class EvaluationRoutes
{
    /// <summary>The chain may take a job back: what was signed of it before is not told for long.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>Trainings that are read from the ledger and the files at a time.</summary>
    private const int AtOnce = 2;

    /// <summary>Anybody may ask, and asking makes the referee read the ledger: each job is read once, whoever asks.</summary>
    internal static void MapEvaluations(this IEndpointRouteBuilder routes, SignedEvaluations signed) =>
        routes.MapWord("/referee/evaluations/{number}", (job, stop) => signed.GetAsync(new JobId(job), stop));

    /// <summary>The same of models that may be their dataset's best.</summary>
    public static void MapBestModels(this IEndpointRouteBuilder routes, BestAttestor attestor)
    {
        var clock = routes.ServiceProvider.GetService<TimeProvider>() ?? TimeProvider.System;
        var signed = new AnswerCache<ulong, AttestedBest>(clock, Fresh, AtOnce);
        routes.MapWord("/referee/best/{number}", (model, stop) => signed.GetAsync(model, () => TimeLimit.RunAsync(
            Limit, clock, "Reading the training", inner => attestor.AttestAsync(new ModelId(model), inner), CancellationToken.None), stop));
    }

    private static void MapWord<T>(this IEndpointRouteBuilder routes, string path, Func<ulong, CancellationToken, Task<T>> attest) =>
        routes.MapPost(path, async (ulong number, HttpContext context, CancellationToken stop) =>
        {
            try
            {
                await Answers.JsonAsync(context, await attest(number, stop), stop);
            }
            catch (BlobException missing) when (missing.Kind != FailureKind.Full)
            {
                await Results.Problem($"{FaultWords.Of(missing)} Ask again when it is here.",
                    statusCode: StatusCodes.Status503ServiceUnavailable, title: "Not signed").ExecuteAsync(context);
            }
            catch (Exception refused) when (refused is DataBrightException { Kind: FailureKind.Invalid } or JsonException or FormatException
                or OverflowException)
            {
                await Results.Problem(FaultWords.Of(refused), statusCode: StatusCodes.Status409Conflict, title: "Not signed")
                    .ExecuteAsync(context);
            }
        }).RequireRateLimiting(WriteLimits.Name).ExcludeFromDescription();
}
