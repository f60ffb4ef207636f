using System.Buffers;

namespace DataBright.Node.Rest;

/// <summary>The name that a request says it is for. Links are made from it, so it has to be one.</summary>
internal static class Hosts
{
    /// <summary>For requests that name none, such as probes by HTTP/1.0. Nobody has this name (RFC 6761), so it opens no door.</summary>
    private const string Nameless = "nameless.invalid";

    /// <summary>What may stand beside a host in an address, and not within one.</summary>
    private static readonly SearchValues<char> Foreign = SearchValues.Create("@/\\?# \t");

    public static void UseSoundHosts(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var request = context.Request;
        // As it came: reading it as a name is what may fail.
        var named = request.Headers.Host.ToString();
        if (named.Length > 0 && IsSound(named)) return next(context);
        // Whatever is answered now is made from a name, too.
        request.Host = new HostString(Nameless);
        if (named.Length == 0) return next(context);
        context.Refuse(RefusalArea.Request, "Host");
        return ErrorResponses.WriteAsync(context, StatusCodes.Status400BadRequest, "No such host",
            "The Host header names no host such as node.example.org or 127.0.0.1:7007.");
    });

    private static bool IsSound(string named)
    {
        try
        {
            return !named.AsSpan().ContainsAny(Foreign)
                && Uri.TryCreate($"http://{named}/", UriKind.Absolute, out var url)
                && url.IdnHost.Length > 0
                && HostString.FromUriComponent(named).ToUriComponent().Length > 0;
        }
        catch (Exception odd) when (odd.IsUnreadable())
        {
            return false;
        }
    }
}
