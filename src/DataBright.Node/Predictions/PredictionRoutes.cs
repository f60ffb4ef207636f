using DataBright.Ethereum;
using DataBright.Failures;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Predictions;
using DataBright.Node.Rest;
using DataBright.Node.Roles;
using DataBright.Serving;
using DataBright.Storage;

namespace DataBright.Node.Predictions;

/// <summary>What a worker that serves models answers, in bytes to those who ask in bytes and in JSON to everybody else.</summary>
public static class PredictionRoutes
{
    private const int MaxVisitor = 64;

    /// <summary>Requests that are being read: each may take megabytes before anything is known of who pays for it.</summary>
    private const int MaxReading = 32;

    private static readonly TimeSpan Arrival = TimeSpan.FromMinutes(1);

    /// <summary>An answer as JSON.</summary>
    /// <param name="Labels">The class of each example.</param>
    /// <param name="Classes">What that class is called: its name in the dataset, or the number again where nobody named it.</param>
    /// <param name="Likelihoods">How likely the model takes it, as a part of one (softmax).</param>
    /// <param name="Scores">The scores of each example.</param>
    /// <param name="Receipt">What the worker says it answered.</param>
    /// <param name="Path">From the receipt's leaf up to what was signed.</param>
    /// <param name="Signature">The worker's signature.</param>
    public sealed record JsonAnswer(
        IReadOnlyList<int> Labels, IReadOnlyList<string> Classes, IReadOnlyList<double> Likelihoods, IReadOnlyList<float[]> Scores,
        PredictionReceipt Receipt, IReadOnlyList<Hash32> Path, string Signature);

    public static void MapPredictions(this IEndpointRouteBuilder app, PredictionServer server)
    {
        var seats = new SemaphoreSlim(MaxReading, MaxReading);
        var group = app.MapGroup("/predictions").WithTags("Predictions");
        group.MapGet("/", () => Json(server.Models.Select(model => PredictionFacts.Of(server, model)).ToArray()))
            .WithSummary("The models that are served here");
        group.MapGet("/{model}", (ulong model, HttpContext context) => server.Find(new ModelId(model)) is { } served
            ? Json(PredictionFacts.Of(server, served))
            : Refusal(NotServed(new ModelId(model))))
            .WithSummary("What is served, by whom and for how much");
        group.MapGet("/{model}/names", (ulong model) => server.Find(new ModelId(model)) switch
        {
            null => Refusal(NotServed(new ModelId(model))),
            { Names: { } names } => Json(names),
            _ => Results.NotFound(),
        }).WithSummary("What the answers are called: the dataset's description and the schema that it names, as the ledger binds them");
        group.MapPost("/{model}", (ulong model, HttpContext context,
            CancellationToken stop) => AnswerAsync(server, seats, new ModelId(model), context, stop))
            .WithSummary("Buy predictions with a voucher");
    }

    private static async Task<PredictionRequest> ReadAsync(PredictionServer server, SemaphoreSlim seats, ServedModel served,
        HttpRequest request, CancellationToken stop)
    {
        if (!seats.Wait(0, CancellationToken.None))
            throw new PredictionRefusedException(PredictionRefusal.Busy,
                "Too many requests are arriving here. Ask again; the same voucher is still good.");
        try
        {
            var clock = request.HttpContext.RequestServices.GetService<TimeProvider>() ?? TimeProvider.System;
            return await TimeLimit.RunAsync(Arrival, clock, "The arrival of the request",
                inner => PredictionBody.ReadAsync(request, server.Terms, served.Architecture.Input, inner), stop);
        }
        catch (TimeoutException slow)
        {
            throw new PredictionRefusedException(PredictionRefusal.Busy, $"{slow.Message} Ask again; the same voucher is still good.");
        }
        finally
        {
            seats.Release();
        }
    }

    private static async Task<IResult> AnswerAsync(PredictionServer server, SemaphoreSlim seats, ModelId model, HttpContext context,
        CancellationToken stop)
    {
        try
        {
            var served = server.Find(model) ?? throw NotServed(model);
            var request = await ReadAsync(server, seats, served, context.Request, stop);
            var isBinary = PredictionBody.IsFrame(context.Request);
            var answer = await server.AnswerAsync(model, request, VisitorOf(context), stop);
            return isBinary ? Results.Bytes(PredictionFrame.Write(answer), PredictionFrame.ContentType)
                : Json(ToJson(answer, served.Classes));
        }
        catch (PredictionRefusedException refused)
        {
            context.Refuse(RefusalArea.Prediction, $"{refused.Refusal}");
            return Refusal(refused);
        }
        catch (Exception fault) when (fault is ChainCallException or HttpRequestException or TimeoutException)
        {
            return Refusal(new PredictionRefusedException(PredictionRefusal.Busy,
                $"The ledger does not answer now: {fault.Message} Ask again; the same voucher is still good."));
        }
        catch (Exception fault) when (!stop.IsCancellationRequested && fault is not BadHttpRequestException)
        {
            Tell(context, fault);
            return Refusal(new PredictionRefusedException(PredictionRefusal.Busy,
                "This worker cannot answer now; its log says why. Ask again; the same voucher is still good."));
        }
    }

    /// <summary>
    /// What the disk is to blame for is told once for all requests; any other fault is a mistake that somebody should see.
    /// </summary>
    private static void Tell(HttpContext context, Exception fault)
    {
        if (NodeStorage.TroubleIn(fault) is { } trouble) context.RequestServices.GetService<NodeStorage>()?.Tell(trouble);
        else context.RequestServices.GetService<ILoggerFactory>()?.CreateLogger(typeof(PredictionRoutes))
            .LogError(fault, "A prediction failed");
    }

    /// <summary>
    /// Whose trial it is. A node on this machine asks for its own visitors, and says for which; of anybody else it is the address that
    /// counts, or its network where one person has all of it.
    /// </summary>
    private static string VisitorOf(HttpContext context) =>
        Proxies.IsFromThisMachine(context)
            && context.Request.Headers[PredictionClient.VisitorHeader] is [{ Length: > 0 and <= MaxVisitor } visitor]
            ? $"for {visitor}"
            : WriteLimits.Place(context.Connection.RemoteIpAddress);

    private static JsonAnswer ToJson(PredictionAnswer answer, IReadOnlyList<string>? classes)
    {
        var scores = answer.Scores.ToArray().Chunk(answer.Classes).ToArray();
        var labels = scores.Select(row => Array.IndexOf(row, row.Max())).ToArray();
        return new JsonAnswer(
            labels, [.. labels.Select(label => DatasetSchema.NameOf(classes, label))],
            [.. scores.Select(row => 1 / row.Sum(score => Math.Exp(score - row.Max())))], scores, answer.Receipt, answer.Proof.Path,
            answer.Proof.Signature.ToString());
    }

    private static PredictionRefusedException NotServed(ModelId model) =>
        new(PredictionRefusal.ModelNotServed, $"Model {model} is not served here.");

    private static IResult Json<T>(T value) => Results.Bytes(CanonicalJson.Write(value), "application/json");

    private static Problem Refusal(PredictionRefusedException refused) => new Problem(PredictionProblem.Of(refused));

    private sealed class Problem(PredictionProblem problem) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = problem.Status;
            httpContext.Response.ContentType = PredictionProblem.ContentType;
            await httpContext.Response.Body.WriteAsync(CanonicalJson.Write(problem), httpContext.RequestAborted);
        }
    }
}
