using System.Text.Json;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Discussion;
using DataBright.Market.Index;
using DataBright.Market.Relays;
using DataBright.Node.Ledger;
using DataBright.Node.Web.Parts;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;

namespace DataBright.Node.Rest;

/// <summary>One place for everything that goes wrong: programs get problem details (RFC 9457), people a page that says the same.</summary>
internal static class Trouble
{
    private static readonly string[] ForPrograms = ["/api", "/ipfs", "/openapi", "/health", "/ready", "/assets", "/compute", "/referee", "/predictions"];

    public static void UseTrouble(this IApplicationBuilder app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = HandleAsync, SuppressDiagnosticsCallback = context => IsExpected(context.Exception) });
        app.UseStatusCodePages(context => WriteAsync(context.HttpContext, context.HttpContext.Response.StatusCode, null, null));
    }

    public static async Task WriteAsync(HttpContext context, int status, string? title, string? detail, string? parameter = null, string? rule = null)
    {
        title ??= ReasonPhrases.GetReasonPhrase(status);
        detail ??= status switch
        {
            StatusCodes.Status404NotFound => "Nothing is at this address.",
            StatusCodes.Status405MethodNotAllowed => "This address does not take that method.",
            StatusCodes.Status500InternalServerError => "The node failed. Its log has the cause.",
            _ => "The request was refused.",
        };
        context.Response.Headers.CacheControl = "no-store";
        if (IsForPrograms(context.Request) || context.RequestServices.GetService<IMarketView>() is null)
        {
            var extensions = new Dictionary<string, object?>();
            if (parameter is not null) extensions.Add("parameter", parameter);
            if (rule is not null) extensions.Add("rule", JsonNamingPolicy.CamelCase.ConvertName(rule));
            await TypedResults.Problem(detail, context.Request.Path, status, title, extensions: extensions).ExecuteAsync(context);
            return;
        }
        context.Response.StatusCode = status;
        await new RazorComponentResult<TroublePage>(new { Status = status, Title = title, Detail = detail }) { StatusCode = status }.ExecuteAsync(context);
    }

    private static Task HandleAsync(HttpContext context)
    {
        var thrown = context.Features.GetRequiredFeature<IExceptionHandlerFeature>().Error;
        if (RuleOf(thrown) is var (area, rule)) context.Refuse(area, rule);
        return WriteAsync(context, thrown);
    }

    /// <summary>The rule by which something was refused, and whose rule it is; null for what is no refusal.</summary>
    private static (RefusalArea, string)? RuleOf(Exception thrown) => thrown switch
    {
        InvalidRequestException => (RefusalArea.Request, "Invalid"),
        BadHttpRequestException bad => (RefusalArea.Request, $"{bad.StatusCode}"),
        CommentRefusedException refused => (RefusalArea.Discussion, $"{refused.Rule}"),
        RelayRefusedException refused => (RefusalArea.Relay, $"{refused.Refusal}"),
        RuleBrokenException broken => (RefusalArea.Market, $"{broken.Rule}"),
        _ => null,
    };

    private static Task WriteAsync(HttpContext context, Exception thrown) => thrown switch
    {
        InvalidRequestException invalid => WriteAsync(context, StatusCodes.Status400BadRequest, "The request cannot be answered as it stands", invalid.Message, invalid.Parameter),
        CommentRefusedException refused => WriteAsync(context, StatusOf(refused.Rule), "The discussion does not take it", refused.Message, rule: refused.Rule.ToString()),
        RelayRefusedException refused => WriteAsync(context, StatusOf(refused.Refusal), "This node does not carry it", refused.Message, rule: refused.Refusal.ToString()),
        RuleBrokenException broken => WriteAsync(context, StatusOf(broken.Rule), "The market's rules forbid it", broken.Message, rule: broken.Rule.ToString()),
        ChainException => WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "Not ready", "The chain does not answer now. Ask again later."),
        IndexDamagedException damaged => WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "Not ready", damaged.Message),
        BadHttpRequestException bad => WriteAsync(context, bad.StatusCode, null, bad.Message),
        _ => WriteAsync(context, StatusCodes.Status500InternalServerError, null, null),
    };

    private static int StatusOf(DiscussionRule rule) => rule switch
    {
        DiscussionRule.Malformed => StatusCodes.Status400BadRequest,
        DiscussionRule.SignatureInvalid or DiscussionRule.NotAllowed => StatusCodes.Status403Forbidden,
        DiscussionRule.ProposalUnknown => StatusCodes.Status404NotFound,
        DiscussionRule.ReferenceInvalid => StatusCodes.Status409Conflict,
        DiscussionRule.TooMany => StatusCodes.Status429TooManyRequests,
        _ => StatusCodes.Status422UnprocessableEntity,
    };

    private static int StatusOf(RelayRefusal refusal) => refusal switch
    {
        RelayRefusal.SignatureInvalid => StatusCodes.Status403Forbidden,
        RelayRefusal.TooMany => StatusCodes.Status429TooManyRequests,
        RelayRefusal.PurseEmpty or RelayRefusal.TooCostly => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status422UnprocessableEntity,
    };

    private static int StatusOf(Rule rule) => rule switch
    {
        Rule.DatasetUnknown or Rule.ProposalUnknown => StatusCodes.Status404NotFound,
        Rule.NoVotingWeight or Rule.NotACurator => StatusCodes.Status403Forbidden,
        _ => StatusCodes.Status409Conflict,
    };

    /// <summary>What a stranger can bring about is no fault of the node's, and does not fill its log.</summary>
    private static bool IsExpected(Exception thrown) =>
        thrown is InvalidRequestException or BadHttpRequestException or CommentRefusedException or RelayRefusedException or RuleBrokenException or ChainException;

    private static bool IsForPrograms(HttpRequest request) =>
        ForPrograms.Any(prefix => request.Path.StartsWithSegments(prefix))
        || request.Path.Value is { } path && (path.EndsWith(".png", StringComparison.Ordinal) || path.EndsWith("/live", StringComparison.Ordinal));
}
