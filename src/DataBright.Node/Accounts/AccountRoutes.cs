using DataBright.Node.Actions;
using DataBright.Node.Rest;
using DataBright.Node.Web;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace DataBright.Node.Accounts;

/// <summary>Connecting a wallet, and unlocking accounts of this machine.</summary>
internal static class AccountRoutes
{
    private const int MaxFormBytes = 256 * 1024;

    public static void MapAccount(this IEndpointRouteBuilder app)
    {
        app.MapGet("/account", Page).ExcludeFromDescription();
        app.MapPost("/account/forget", Forget).ExcludeFromDescription();
    }

    /// <summary>Plain forms that act with a key this node unlocked. Only where local accounts are.</summary>
    public static void MapLocalAccounts(this IEndpointRouteBuilder app)
    {
        var forms = app.MapGroup("").ExcludeFromDescription().AddEndpointFilter(RequireOwnFormAsync);
        forms.MapPost("/account/unlock", UnlockAsync);
        forms.MapPost("/account/leave", LeaveAsync);
        forms.MapPost("/act/{name}", ActAsync);
    }

    private static RazorComponentResult Page(string? from, [FromServices] LocalAccounts? accounts) =>
        Pages.Show<AccountPage>(new { Accounts = accounts?.All() ?? [], From = Local(from) });

    /// <summary>The wallet's account is only whose facts are shown: forgetting it needs no proof.</summary>
    private static StatusCodeHttpResult Forget(HttpContext context)
    {
        context.Response.Cookies.Delete(VisitorEntry.WalletCookie);
        return SeeOther(context, "/account");
    }

    private static async Task<IResult> UnlockAsync(HttpContext context, VisitorSession visitor, [FromServices] LocalSessions sessions,
        [FromServices] LocalAccounts accounts, CancellationToken stop)
    {
        var form = await Forms.ReadAsync(context.Request, stop);
        var from = Local(form["from"]);
        try
        {
            if (visitor.Session is { } before) await sessions.EndAsync(before.Token);
            var session = await sessions.UnlockAsync(form["name"].ToString(), form["password"].ToString(), stop);
            context.Response.Cookies.Append(VisitorEntry.SessionCookie, session.Token,
                new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = context.Request.IsHttps, Path = "/",
                    IsEssential = true });
            context.Response.Cookies.Delete(VisitorEntry.WalletCookie);
            return SeeOther(context, from == "/account" ? $"/portfolio/{session.Account.Address}" : from);
        }
        catch (UnlockRefusedException refused)
        {
            context.Refuse(RefusalArea.Account, "Unlock");
            return new RazorComponentResult<AccountPage>(new { Accounts = accounts.All(), From = from, Tried = form["name"].ToString(),
                Refusal = refused.Message }) { StatusCode = StatusCodes.Status403Forbidden };
        }
    }

    private static async Task<IResult> LeaveAsync(HttpContext context, VisitorSession visitor, [FromServices] LocalSessions sessions)
    {
        if (visitor.Session is { } session) await sessions.EndAsync(session.Token);
        context.Response.Cookies.Delete(VisitorEntry.SessionCookie);
        return SeeOther(context, "/account");
    }

    private static async Task<IResult> ActAsync(string name, HttpContext context, VisitorSession visitor,
        [FromServices] LocalAccountExecutor act, [FromServices] MarketActions known, CancellationToken stop)
    {
        var form = await Forms.ReadAsync(context.Request, stop);
        var from = Local(form["from"]);
        if (visitor.Session is not { } session) return SeeOther(context, QueryHelpers.AddQueryString("/account", "from", from));
        if (known.Find(name) is not { } action) return new NotFoundAnswer($"action {Wording.Cut(name, 40)}");
        if (form["deed"].ToString() is not { Length: 32 } number)
            throw new InvalidRequestException("deed", "The form has no number. Load the page again.");
        var fields = form.Where(field => field.Value.Count == 1 && field.Value[0]!.Length <= ActionForm.MaxCharacters)
            .ToDictionary(field => field.Key, field => field.Value[0]!);
        await session.DoOnceAsync(number, () => act.DoAsync(action, fields, session));
        return SeeOther(context, QueryHelpers.AddQueryString(from, "deed", number));
    }

    /// <summary>A form counts if this node made it for this visitor, and the browser does not say that another site sent it.</summary>
    private static async ValueTask<object?> RequireOwnFormAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var context = invocation.HttpContext;
        if (context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = MaxFormBytes;
        var site = context.Request.Headers["Sec-Fetch-Site"].ToString();
        if (site is ("" or "same-origin" or "none") && context.Request.HasFormContentType)
        {
            // It is read before its token is looked for, so that a broken one is told from an old one.
            await Forms.ReadAsync(context.Request, context.RequestAborted);
            if (await context.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(context))
                return await next(invocation);
        }
        await ErrorResponses.WriteAsync(context, StatusCodes.Status400BadRequest, "This form is too old",
            "It was made for another session, or before the node was started again. Load the page again and send it once more.");
        return Results.Empty;
    }

    private static StatusCodeHttpResult SeeOther(HttpContext context, string path)
    {
        context.Response.Headers.Location = path;
        return TypedResults.StatusCode(StatusCodes.Status303SeeOther);
    }

    /// <summary>An address of this node, as a header can have it, without the outcome shown before; never one elsewhere.</summary>
    internal static string Local(string? path)
    {
        if (path is null || path.Length > 500 || !path.StartsWith('/') || path.StartsWith("//", StringComparison.Ordinal)
            || path.StartsWith("/\\", StringComparison.Ordinal) || path.Any(letter => letter is <= ' ' or > '~')) return "/account";
        int question = path.IndexOf('?', StringComparison.Ordinal);
        if (question < 0) return path;
        var questions = QueryHelpers.ParseQuery(path[question..]).Where(pair => pair.Key != "deed")
            .SelectMany(pair => pair.Value, (pair, value) => KeyValuePair.Create(pair.Key, value));
        return QueryHelpers.AddQueryString(path[..question], questions);
    }
}
