using DataBright.Compute;
using DataBright.Compute.Predictions;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Predictions;
using DataBright.Node.Rest;

namespace DataBright.Node.Predictions;

/// <summary>What a worker that serves models answers, in bytes to those who ask in bytes and in JSON to everybody else.</summary>
public static class PredictionRoutes
{
    private const int MostVisitor = 64;

    /// <summary>An answer as JSON.</summary>
    /// <param name="Labels">The class of each example.</param>
    /// <param name="Scores">The scores of each example.</param>
    /// <param name="Receipt">What the worker says it answered.</param>
    /// <param name="Path">From the receipt's leaf up to what was signed.</param>
    /// <param name="Signature">The worker's signature.</param>
    public sealed record JsonAnswer(IReadOnlyList<int> Labels, IReadOnlyList<float[]> Scores, PredictionReceipt Receipt, IReadOnlyList<Hash32> Path, string Signature);

    public static void MapPredictions(this IEndpointRouteBuilder app, PredictionHouse house)
    {
        var group = app.MapGroup("/predictions").WithTags("Predictions");
        group.MapGet("/", () => Json(house.Models.Select(model => PredictionFacts.Of(house, model)).ToArray())).WithSummary("The models that are served here");
        group.MapGet("/{model}", (ulong model, HttpContext context) => house.Find(new ModelId(model)) is { } served
            ? Json(PredictionFacts.Of(house, served))
            : Refusal(NotServed(new ModelId(model))))
            .WithSummary("What is served, by whom and for how much");
        group.MapPost("/{model}", (ulong model, HttpContext context, CancellationToken stop) => AnswerAsync(house, new ModelId(model), context, stop))
            .WithSummary("Buy predictions with a voucher");
    }

    private static async Task<IResult> AnswerAsync(PredictionHouse house, ModelId model, HttpContext context, CancellationToken stop)
    {
        try
        {
            var served = house.Find(model) ?? throw NotServed(model);
            var request = await PredictionBody.ReadAsync(context.Request, house.Terms, served.Architecture.Input, stop);
            var isBinary = context.Request.ContentType == PredictionFrame.ContentType;
            var answer = await house.AnswerAsync(model, request, VisitorOf(context), stop);
            return isBinary ? Results.Bytes(PredictionFrame.Write(answer), PredictionFrame.ContentType) : Json(ToJson(answer));
        }
        catch (PredictionRefusedException refused)
        {
            context.Refuse(RefusalArea.Prediction, $"{refused.Refusal}");
            return Refusal(refused);
        }
        catch (Exception fault) when (fault is ChainException or RpcException or HttpRequestException)
        {
            return Refusal(new PredictionRefusedException(PredictionRefusal.Busy, $"The ledger does not answer now: {fault.Message} Ask again; the same voucher is still good."));
        }
    }

    /// <summary>
    /// Whose trial it is. A node on this machine asks for its own visitors, and says for which; of anybody else it is the address that counts, or
    /// its network where one person has all of it.
    /// </summary>
    private static string VisitorOf(HttpContext context) =>
        Proxies.IsFromThisMachine(context) && context.Request.Headers[PredictionClient.VisitorHeader] is [{ Length: > 0 and <= MostVisitor } visitor]
            ? $"for {visitor}"
            : WriteLimits.Place(context.Connection.RemoteIpAddress);

    private static JsonAnswer ToJson(PredictionAnswer answer)
    {
        var scores = answer.Scores.ToArray().Chunk(answer.Classes).ToArray();
        return new JsonAnswer([.. scores.Select(row => Array.IndexOf(row, row.Max()))], scores, answer.Receipt, answer.Proof.Path, answer.Proof.Signature.ToString());
    }

    private static PredictionRefusedException NotServed(ModelId model) => new(PredictionRefusal.ModelNotServed, $"Model {model} is not served here.");

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
