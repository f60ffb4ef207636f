using System.Net;
using System.Security.Claims;
using DataBright.Node.Rest;

namespace DataBright.Node.Accounts;

internal static class VisitorEntry
{
    /// <summary>Learns who looks at a page before it is made.</summary>
    public static void UseVisitors(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var sessions = context.RequestServices.GetService<LocalSessions>();
        var visitor = context.RequestServices.GetRequiredService<Visitor>();
        visitor.Enter(context, sessions);
        // The tokens in forms are bound to this name, so one session's are no use in another.
        if (visitor.Session is { } session)
            context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, session.Token)], "local account"));
        return next(context);
    });

    /// <summary>
    /// A node that unlocks keys answers under its own loopback names only: a page of another site whose name was pointed here
    /// (DNS rebinding) is sent away whatever it asks, and so is whatever a proxy passes on from other machines.
    /// </summary>
    public static void RequireOwnName(this IApplicationBuilder app) => app.Use((context, next) => IsOwn(context.Request.Host.Host) && Proxies.IsFromThisMachine(context)
        ? next(context)
        : ErrorResponses.WriteAsync(context, StatusCodes.Status421MisdirectedRequest, "Not this host", "This node holds keys, so it answers at 127.0.0.1 and localhost only, and to nobody behind a proxy."));

    private static bool IsOwn(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
