namespace DataBright.Node.Rest;

/// <summary>
/// Pages of any site may read what everybody may read (the CORS protocol of the fetch standard): without cookies, and never write. What a
/// session sees, and what stands behind a form, stays with this origin.
/// </summary>
internal static class CrossOrigin
{
    private const string ReadingMethods = "GET, HEAD";

    /// <summary>What a reader may send beside what every request has: parts of files, and the place in a stream.</summary>
    private const string ReadingHeaders = "Accept, Range, If-Range, If-None-Match, If-Modified-Since, Last-Event-ID";

    private const string ShownHeaders = "Accept-Ranges, Content-Length, Content-Range, ETag, Retry-After, X-Ipfs-Path, X-Ipfs-Roots";

    private static readonly string[] Open = ["/api/v1", "/ipfs", "/openapi", "/health", "/ready", "/predictions"];

    public static void UseCrossOrigin(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (Open.Any(prefix => context.Request.Path.StartsWithSegments(prefix)))
            context.Response.OnStarting(() =>
            {
                Tell(context);
                return Task.CompletedTask;
            });
        return next(context);
    });

    private static void Tell(HttpContext context)
    {
        var (asked, headers) = (context.Request, context.Response.Headers);
        if (IsReading(asked.Method))
        {
            headers.AccessControlAllowOrigin = "*";
            headers.AccessControlExposeHeaders = ShownHeaders;
        }
        else if (HttpMethods.IsOptions(asked.Method) && IsReading(asked.Headers.AccessControlRequestMethod.ToString()))
        {
            headers.AccessControlAllowOrigin = "*";
            headers.AccessControlAllowMethods = ReadingMethods;
            headers.AccessControlAllowHeaders = ReadingHeaders;
        }
    }

    private static bool IsReading(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method);
}
