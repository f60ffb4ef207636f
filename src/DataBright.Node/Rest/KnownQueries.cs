using System.Collections.Concurrent;
using System.Reflection;
using DataBright.Market;

namespace DataBright.Node.Rest;

/// <summary>
/// A program that misspells a parameter is told so: an answer to another question than was asked is worse than none. Pages, probes and
/// <c>/ipfs</c> are not as strict: mail programs, balancers and other gateways' clients add words of their own to addresses.
/// </summary>
internal static class KnownQueries
{
    private static readonly string[] Strict = ["/api/v1", "/compute", "/referee", "/predictions"];

    public static void UseKnownQueries(this IApplicationBuilder app)
    {
        var known = new ConcurrentDictionary<RouteEndpoint, string[]>();
        app.Use((context, next) =>
        {
            if (context.Request.Query.Count > 0 && context.GetEndpoint() is RouteEndpoint route
                && Strict.Any(prefix => context.Request.Path.StartsWithSegments(prefix)))
                Require(context.Request.Query, known.GetOrAdd(route, NamesOf));
            return next(context);
        });
    }

    private static void Require(IQueryCollection asked, string[] known)
    {
        foreach (var (name, values) in asked)
        {
            if (!known.Contains(name, StringComparer.OrdinalIgnoreCase))
                throw new InvalidRequestException(PlainText.Cut(name, 60),
                    $"There is no parameter '{PlainText.Cut(name, 60)}' here. "
                    + $"{(known.Length == 0 ? "This address takes none." : $"There is: {string.Join(", ", known)}.")}");
            if (values.Count > 1) throw new InvalidRequestException(name, $"'{name}' is given {values.Count} times. Give it once.");
        }
    }

    /// <summary>What is bound from a query: words and numbers that are no part of the path.</summary>
    private static string[] NamesOf(RouteEndpoint route) =>
    [
        .. (route.Metadata.GetMetadata<MethodInfo>()?.GetParameters() ?? [])
            .Where(parameter => (Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType) is var type
                && (type == typeof(string) || type.IsPrimitive))
            .Select(parameter => parameter.Name!)
            .Where(name => route.RoutePattern.GetParameter(name) is null),
    ];
}
