using System.Text.Json;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Node.Roles;
using DataBright.Services.Discussion;
using DataBright.Services.Relays;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;

namespace DataBright.Node.Rest;

/// <summary>One place for everything that goes wrong: programs get problem details (RFC 9457), people a page that says the same.</summary>
internal static class ErrorResponses
{
    /// <summary>A database that is busy, or a chain that is away for a moment, is back by then.</summary>
    private const string AskAgainSeconds = "10";

    private static readonly string[] ForPrograms = ["/api", "/ipfs", "/openapi", "/health", "/ready", "/assets", "/compute", "/referee",
        "/predictions"];

    public static void UseTrouble(this IApplicationBuilder app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = HandleAsync,
            SuppressDiagnosticsCallback = context => IsExpected(context.Exception) });
        app.UseStatusCodePages(context => WriteAsync(context.HttpContext, context.HttpContext.Response.StatusCode, null, null));
    }

    public static async Task WriteAsync(HttpContext context, int status, string? title, string? detail, string? parameter = null,
        string? rule = null)
    {
        title ??= ReasonPhrases.GetReasonPhrase(status);
        detail ??= status switch
        {
            StatusCodes.Status404NotFound => "Nothing is at this address.",
            StatusCodes.Status405MethodNotAllowed => "This address does not take that method.",
            StatusCodes.Status503ServiceUnavailable =>
                "The node cannot answer this now: something that it needs failed, and its log has the cause. Ask again later.",
            _ => "The request was refused.",
        };
        context.Response.Headers.CacheControl = "no-store";
        if (status == StatusCodes.Status503ServiceUnavailable && context.Response.Headers.RetryAfter.Count == 0)
            context.Response.Headers.RetryAfter = AskAgainSeconds;
        if (IsForPrograms(context.Request) || context.RequestServices.GetService<IErrorPage>() is not { } page
            || !await TryShowAsync(page, context, status, title, detail))
        {
            var extensions = new Dictionary<string, object?>();
            if (parameter is not null) extensions.Add("parameter", parameter);
            if (rule is not null) extensions.Add("rule", JsonNamingPolicy.CamelCase.ConvertName(rule));
            await TypedResults.Problem(detail, context.Request.Path, status, title, extensions: extensions).ExecuteAsync(context);
        }
    }

    /// <summary>What kept a page from being made may keep this one from being made, too: then it is said without a page.</summary>
    private static async Task<bool> TryShowAsync(IErrorPage page, HttpContext context, int status, string title, string detail)
    {
        try
        {
            context.Response.StatusCode = status;
            await page.ShowAsync(context, status, title, detail);
            return true;
        }
        catch (Exception) when (!context.Response.HasStarted)
        {
            return false;
        }
    }

    private static Task HandleAsync(HttpContext context)
    {
        var thrown = context.Features.GetRequiredFeature<IExceptionHandlerFeature>().Error;
        if (RuleOf(thrown) is var (area, rule)) context.Refuse(area, rule);
        return NodeStorage.TroubleIn(thrown) is { } trouble ? WriteStorageAsync(context, trouble) : WriteAsync(context, thrown);
    }

    /// <summary>The node cannot keep or read something now: told in one place for all requests, and once in the log.</summary>
    public static Task WriteStorageAsync(HttpContext context, string trouble)
    {
        context.RequestServices.GetService<NodeStorage>()?.Tell(trouble);
        return WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "Not ready", trouble);
    }

    /// <summary>The rule by which something was refused, and whose rule it is; null for what is no refusal.</summary>
    private static (RefusalArea, string)? RuleOf(Exception thrown) => thrown switch
    {
        BadHttpRequestException bad => (RefusalArea.Request, $"{bad.StatusCode}"),
        RefusedException refused => (Of(refused).Area, refused.RuleName ?? "Invalid"),
        _ => null,
    };

    /// <summary>Whose rule a refusal is, and what stands above its words.</summary>
    private static (RefusalArea Area, string? Title) Of(RefusedException refused) => refused switch
    {
        InvalidRequestException => (RefusalArea.Request, "The request cannot be answered as it stands"),
        TooBusyException => (RefusalArea.Request, "Too busy"),
        CommentRefusedException => (RefusalArea.Discussion, "The discussion does not take it"),
        RelayRefusedException => (RefusalArea.Relay, "This node does not carry it"),
        RuleBrokenException => (RefusalArea.Market, "The market's rules forbid it"),
        _ => (RefusalArea.Request, null),
    };

    private static Task WriteAsync(HttpContext context, Exception thrown) => thrown switch
    {
        RefusedException refused => WriteAsync(context, StatusOf(refused.Kind), Of(refused).Title, refused.Message,
            (refused as InvalidRequestException)?.Parameter, refused.RuleName),
        ChainException => WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "Not ready",
            "The chain does not answer now. Ask again later."),
        TimeoutException => WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "Not ready", "It took too long. Ask again later."),
        BadHttpRequestException bad => WriteAsync(context, bad.StatusCode, null, HttpProblem.Words(bad)),
        // Whoever asks cannot mend it, whatever it is; the same question may be answered a moment later.
        _ => WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "Not ready", null),
    };

    internal static int StatusOf(FailureKind kind) => kind switch
    {
        FailureKind.NotFound => StatusCodes.Status404NotFound,
        FailureKind.Denied => StatusCodes.Status403Forbidden,
        FailureKind.Refused or FailureKind.Conflict => StatusCodes.Status409Conflict,
        FailureKind.Malformed => StatusCodes.Status400BadRequest,
        FailureKind.Invalid => StatusCodes.Status422UnprocessableEntity,
        FailureKind.TooMany => StatusCodes.Status429TooManyRequests,
        _ => StatusCodes.Status503ServiceUnavailable,
    };

    /// <summary>What a stranger can bring about is no fault of the node's, and does not fill its log.</summary>
    private static bool IsExpected(Exception thrown) =>
        thrown is RefusedException or BadHttpRequestException or ChainException or TimeoutException
        || NodeStorage.TroubleIn(thrown) is not null;

    private static bool IsForPrograms(HttpRequest request) =>
        ForPrograms.Any(prefix => request.Path.StartsWithSegments(prefix))
        || request.Path.Value is { } path
            && (path.EndsWith(".png", StringComparison.Ordinal) || path.EndsWith("/live", StringComparison.Ordinal));
}
