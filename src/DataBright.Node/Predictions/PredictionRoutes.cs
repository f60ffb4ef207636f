using DataBright.Compute;
using DataBright.Compute.Predictions;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Predictions;
using DataBright.Market.Proposals;

namespace DataBright.Node.Predictions;

/// <summary>What a worker that serves models answers, in bytes for speed and in JSON for everybody.</summary>
public static class PredictionRoutes
{
    /// <summary>A request as JSON: rows of numbers, and the voucher that pays for them.</summary>
    /// <param name="Inputs">Examples, each as the model takes it.</param>
    /// <param name="Channel">The channel; without one it is a trial.</param>
    /// <param name="Cumulative">The voucher's sum, in dollars.</param>
    /// <param name="Signature">The voucher's signature, hexadecimal.</param>
    public sealed record JsonRequest(IReadOnlyList<IReadOnlyList<float>> Inputs, ChannelId? Channel = null, Money? Cumulative = null, string? Signature = null);

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
            : Refusal(new PredictionRefusedException(PredictionRefusal.ModelNotServed, $"Model {model} is not served here.")))
            .WithSummary("What is served, by whom and for how much");
        group.MapPost("/{model}", (ulong model, HttpContext context, CancellationToken stop) => AnswerAsync(house, new ModelId(model), context, stop))
            .WithSummary("Buy predictions with a voucher");
    }

    private static async Task<IResult> AnswerAsync(PredictionHouse house, ModelId model, HttpContext context, CancellationToken stop)
    {
        try
        {
            var isBinary = context.Request.ContentType == PredictionFrame.ContentType;
            var body = await BodyAsync(house, model, context, stop);
            var request = isBinary ? PredictionFrame.ReadRequest(body) : FromJson(body);
            var answer = await house.AnswerAsync(model, request, context.Connection.RemoteIpAddress?.ToString() ?? "", stop);
            return isBinary ? Results.Bytes(PredictionFrame.Write(answer), PredictionFrame.ContentType) : Json(ToJson(answer));
        }
        catch (PredictionRefusedException refused)
        {
            return Refusal(refused);
        }
        catch (Exception fault) when (fault is ChainException or RpcException or HttpRequestException)
        {
            return Refusal(new PredictionRefusedException(PredictionRefusal.Busy, $"The ledger does not answer now: {fault.Message} Ask again; the same voucher is still good."));
        }
    }

    /// <summary>Reads no more than the largest request that the model answers, in whichever form is longer.</summary>
    private static async Task<byte[]> BodyAsync(PredictionHouse house, ModelId model, HttpContext context, CancellationToken stop)
    {
        const int CharactersOfAValue = 18;
        var most = 4096 + CharactersOfAValue * house.Terms.MostExamples * (house.Find(model)?.Architecture.Input.Size ?? 0);
        if (context.Request.ContentLength > most) throw TooLong(most);
        var bytes = new byte[context.Request.ContentLength ?? 4096];
        var length = 0;
        while (true)
        {
            if (length == bytes.Length)
            {
                if (length > most) throw TooLong(most);
                if (context.Request.ContentLength == length) return bytes;
                Array.Resize(ref bytes, length * 2);
            }

            var read = await context.Request.Body.ReadAsync(bytes.AsMemory(length), stop);
            if (read == 0) return bytes.AsSpan(0, length).ToArray();
            length += read;
        }
    }

    private static PredictionRequest FromJson(byte[] body)
    {
        try
        {
            var json = CanonicalJson.Read<JsonRequest>(body);
            var inputs = json.Inputs.SelectMany(row => row).ToArray();
            if (json.Channel is not { } channel) return new PredictionRequest(null, inputs);
            if (json.Cumulative is not { } sum || json.Signature is not { } signature)
                throw new FormatException("A voucher needs channel, cumulative and signature.");
            return new PredictionRequest(new Signed<Voucher>(new Voucher(channel, sum), Signature.Parse(signature)), inputs);
        }
        catch (Exception fault) when (fault is System.Text.Json.JsonException or FormatException)
        {
            throw new PredictionRefusedException(PredictionRefusal.Malformed, $"The request cannot be read: {fault.Message}");
        }
    }

    private static JsonAnswer ToJson(PredictionAnswer answer)
    {
        var scores = answer.Scores.ToArray().Chunk(answer.Classes).ToArray();
        return new JsonAnswer([.. scores.Select(row => Array.IndexOf(row, row.Max()))], scores, answer.Receipt, answer.Proof.Path, answer.Proof.Signature.ToString());
    }

    private static PredictionRefusedException TooLong(int most) => new(PredictionRefusal.Malformed, $"A request to this model has at most {most} bytes.");

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
