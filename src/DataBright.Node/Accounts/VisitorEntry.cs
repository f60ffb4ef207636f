using DataBright.Node.Web;
using DataBright.Ethereum;
using System.Net;
using System.Security.Claims;
using DataBright.Node.Rest;

namespace DataBright.Node.Accounts;

internal static class VisitorEntry
{
    public const string WalletCookie = "account", SessionCookie = "databright-session";

    /// <summary>Learns who looks at a page before it is made.</summary>
    public static void UseVisitors(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var sessions = context.RequestServices.GetService<LocalSessions>();
        var visitor = context.RequestServices.GetRequiredService<Visitor>();
        visitor.Enter(context, localAccounts: sessions is not null);
        if (sessions is not null && context.Request.Cookies[SessionCookie] is { Length: 64 } token && sessions.Find(token) is { } session)
            Enter(context, visitor, session);
        else if (context.Request.Cookies[WalletCookie] is { Length: 42 } text && Address.TryParse(text, out var account))
            visitor.ShowAs(account);
        return next(context);
    });

    private static void Enter(HttpContext context, Visitor visitor, LocalSession session)
    {
        var outcome = context.Request.Query["deed"] is [{ } number] ? session.OutcomeOf(number) : null;
        visitor.ActAs(session.Account.Address, session.Account.Name, outcome);
        context.RequestServices.GetRequiredService<VisitorSession>().Session = session;
        // The tokens in forms are bound to this name, so one session's are no use in another.
        context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, session.Token)], "local account"));
    }

    /// <summary>
    /// A node that unlocks keys answers under its own loopback names only: a page of another site whose name was pointed here
    /// (DNS rebinding) is sent away whatever it asks, and so is whatever a proxy passes on from other machines.
    /// </summary>
    public static void RequireOwnName(this IApplicationBuilder app) =>
        app.Use((context, next) => IsOwn(context.Request.Host.Host) && Proxies.IsFromThisMachine(context)
        ? next(context)
        : ErrorResponses.WriteAsync(context, StatusCodes.Status421MisdirectedRequest, "Not this host",
            "This node holds keys, so it answers at 127.0.0.1 and localhost only, and to nobody behind a proxy."));

    private static bool IsOwn(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
