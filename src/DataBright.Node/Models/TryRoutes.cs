using System.Globalization;
using DataBright.Learning.Examples;
using DataBright.Learning.Shapes;
using DataBright.Market;
using DataBright.Node.Configuration;
using DataBright.Node.Rest;
using DataBright.Serving;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace DataBright.Node.Models;

/// <summary>Trying a model with one's own picture, text or row.</summary>
internal static class TryRoutes
{
    private const int MaxPicture = 8 << 20;
    private const int MaxRow = 200_000;

    public static void MapTryOut(this IEndpointRouteBuilder app)
    {
        app.MapPost("/models/{id}/try", TryAsync).RequireRateLimiting(WriteLimits.Name).ExcludeFromDescription();
        app.MapGet("/models/{id}/tried/{name}.png", Picture).ExcludeFromDescription();
    }

    public static void AddTryOut(this IServiceCollection services, NodeOptions options)
    {
        services.AddSingleton(new ServingWorkers(options.ServingFile, options.Serving));
        services.AddSingleton<TryOut>();
    }

    private static async Task<IResult> TryAsync(string id, HttpContext context, IModelReader models, [FromServices] TryOut? trying,
        CancellationToken stop)
    {
        // Nothing is at stake but the day's trials, which another site's page has no business to use up.
        if (context.Request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site")
            return TypedResults.StatusCode(StatusCodes.Status403Forbidden);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = MaxPicture + MaxRow;
        if (trying is null || await models.FindAsync(RouteParsers.Id<ModelId>(id), stop) is not { } model)
            return new NotFoundAnswer($"model {id}");
        try
        {
            var read = await ReadAsync(context.Request, stop);
            return Show(model, await trying.FindAsync(model, stop),
                await trying.AskAsync(model, read, WriteLimits.Place(context.Connection.RemoteIpAddress), stop), null);
        }
        catch (Exception refused) when (Explain(refused) is { } why)
        {
            return Show(model, await trying.FindAsync(model, stop), null, why);
        }
    }

    private static RazorComponentResult<TryPage> Show(ModelFacts model, PredictionFacts? facts, TriedAnswer? answer, string? refusal) =>
        new(new { Model = model.Summary, model.Classes, Facts = facts, Answer = answer, Refusal = refusal }) { StatusCode = refusal is null
            ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity };

    private static Results<FileContentHttpResult, NotFoundAnswer> Picture(string name, HttpResponse response, [FromServices] TryOut? trying)
    {
        if (trying?.Pictures.Find(name) is not { } png) return new NotFoundAnswer("such picture any more");
        response.Headers.CacheControl = "private, max-age=600";
        return TypedResults.File(png, "image/png");
    }

    private static async Task<Func<ExampleShape, float[]>> ReadAsync(HttpRequest request, CancellationToken stop)
    {
        if (!request.HasFormContentType) throw new FormatException("Send a form with 'picture', 'text' or 'row'.");
        var form = await Forms.ReadAsync(request, stop,
            new FormOptions { MultipartBodyLengthLimit = MaxPicture, ValueLengthLimit = MaxRow,
                BufferBodyLengthLimit = MaxPicture + MaxRow });
        if (form.Files.GetFile("picture") is { Length: > 0 } file)
        {
            var content = new byte[file.Length];
            await using var stream = file.OpenReadStream();
            await stream.ReadExactlyAsync(content, stop);
            return shape => ImageFit.Takes(shape) ? ImageFit.Read(content, shape, "The picture")
                : throw new FormatException($"This model takes {shape} numbers, not pictures.");
        }
        var (row, text) = (form["row"].ToString(), form["text"].ToString());
        return shape => text.Length > 0 && row.Length == 0 ? Text(text, shape) : Row(row, shape);
    }

    private static float[] Text(string text, ExampleShape shape) => TextFit.Takes(shape)
        ? TextFit.Read(text.ReplaceLineEndings("\n"), shape.Width)
        : throw new FormatException($"This model takes {shape} numbers, not texts.");

    private static float[] Row(string row, ExampleShape shape)
    {
        var words = row.Split([',', ';', ' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
            throw new FormatException(ImageFit.Takes(shape) ? "Choose a picture first: a PNG file."
                : TextFit.Takes(shape) ? "Write a text first." : $"Write {shape.Size} numbers first.");
        if (words.Length != shape.Size) throw new FormatException($"This model takes {shape.Size} numbers; these are {words.Length}.");
        return [.. words.Select(word => float.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && float.IsFinite(value)
            ? value
            : throw new FormatException($"'{Web.Wording.Cut(word, 20)}' is no number such as 0.25."))];
    }

    private static string? Explain(Exception fault) => fault switch
    {
        PredictionRefusedException or AnswerUntrustedException or MalformedInputException or FormatException or InvalidDataException =>
            fault.Message,
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } =>
            $"That is too large: at most {MaxPicture >> 20} MB.",
        BadHttpRequestException => $"{fault.Message} A picture has at most {MaxPicture >> 20} MB.",
        HttpRequestException or TaskCanceledException => "The worker that serves it does not answer now. Try again later.",
        _ => null,
    };
}
