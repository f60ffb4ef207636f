using System.Net;
using Microsoft.AspNetCore.HttpOverrides;

namespace DataBright.Node.Rest;

/// <summary>Requests that came through somebody else's hands: the connection is then the proxy's, and says nothing of who asks.</summary>
internal static class Proxies
{
    private static readonly string[] Marks = ["X-Forwarded-For", "X-Real-IP", "Forwarded", "Via"];

    /// <summary>
    /// Takes the address of whoever asks from a proxy on this machine, where the operator says that there is one. Its own entry is the last
    /// of the list; what stands before it is what the visitor wrote.
    /// </summary>
    public static void UseProxy(this IApplicationBuilder app) =>
        app.UseForwardedHeaders(new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor, ForwardLimit = 1 });

    /// <summary>Whether whoever sends it sits at this machine, and is not a proxy here that works for others.</summary>
    public static bool IsFromThisMachine(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } from && IPAddress.IsLoopback(from) && !Marks.Any(context.Request.Headers.ContainsKey);
}
