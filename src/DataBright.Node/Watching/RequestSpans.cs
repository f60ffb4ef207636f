using System.Diagnostics;

namespace DataBright.Node.Watching;

/// <summary>
/// Says of each request what may be told: its method, the template of its route and its status; never its path, its query or who asks.
/// </summary>
internal static class RequestSpans
{
    /// <summary>ASP.NET Core's own spans of requests.</summary>
    public const string Source = "Microsoft.AspNetCore";

    public const string Method = "http.request.method";
    public const string Route = "http.route";
    public const string Status = "http.response.status_code";

    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    public static void UseRequestSpans(this WebApplication app)
    {
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("DataBright.Node.Requests");
        var clock = app.Services.GetRequiredService<TimeProvider>();
        app.Use(async (context, next) =>
        {
            var span = Activity.Current is { IsAllDataRequested: true } current ? current : null;
            var isLogged = log.IsEnabled(LogLevel.Debug);
            if (span is null && !isLogged)
            {
                await next(context);
                return;
            }

            // Whoever handles a fault takes the route away.
            var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "none";
            var method = Methods.FirstOrDefault(known => known == context.Request.Method) ?? "_OTHER";
            var begun = clock.GetTimestamp();
            await next(context);
            span?.SetTag(Method, method).SetTag(Route, route).SetTag(Status, context.Response.StatusCode);
            if (isLogged)
                log.LogDebug("{Method} {Route} {Status} in {Milliseconds:0.0} ms", method, route, context.Response.StatusCode,
                    clock.GetElapsedTime(begun).TotalMilliseconds);
        });
    }
}
