using System.Collections.Concurrent;
using System.Text;
using DataBright.Node.Actions;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;

namespace DataBright.Node.Tests.Hostile;

/// <summary>Odd requests for every address that a node has: whatever is added to it is asked too.</summary>
/// <param name="address">The node.</param>
/// <param name="routes">What it serves.</param>
/// <param name="good">For a parameter of an address, words that lead somewhere.</param>
/// <param name="seed">Chooses among the odd words.</param>
internal sealed class Barrage(Uri address, IReadOnlyList<RouteEndpoint> routes, Func<string, string[]> good, int seed)
{
    private const int Each = 12, AtOnce = 12;

    private static readonly MarketActions Actions = new(NodeFeatures.All.SelectMany(feature => feature.Actions));

    private readonly Random _random = new(seed);

    public static IReadOnlyList<RouteEndpoint> RoutesOf(IServiceProvider services) =>
        [.. services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()];

    /// <summary>Sends all of it.</summary>
    /// <returns>What was not answered as it should be: dropped, or with a status of 500 and above.</returns>
    public async Task<(int Sent, IReadOnlyList<string> Bad)> RunAsync(CancellationToken stop)
    {
        var requests = routes.SelectMany(Against).ToArray();
        var bad = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(requests.Index(), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop },
            async (numbered, each) =>
        {
            var (number, request) = numbered;
            var answer = await request.SendAsync(address, number, each);
            if (answer is null && request.IsComplete) bad.Add($"dropped: {Shown(request)}");
            else if (answer is { Status: >= 500 }) bad.Add($"{answer.Status}: {Shown(request)}");
        });
        return (requests.Length, [.. bad.Order(StringComparer.Ordinal)]);
    }

    private IEnumerable<RawRequest> Against(RouteEndpoint route)
    {
        var methods = route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"];
        var host = address.Authority;
        foreach (var method in methods)
        {
            foreach (var target in Targets(route.RoutePattern))
                yield return RawRequest.Of(method, target, "{}"u8.ToArray(), host, "Content-Type: application/json",
                    "Tus-Resumable: 1.0.0");
            foreach (var query in Some(OddWords.Queries)) yield return RawRequest.Of(method, Good(route.RoutePattern) + query, [], host);
            foreach (var header in Some(OddWords.Headers, 2 * Each))
                yield return RawRequest.Of(method, Good(route.RoutePattern), [], host, header);
            if (method is "GET" or "HEAD") continue;
            foreach (var body in OddWords.Bodies())
                yield return RawRequest.Of(method, Good(route.RoutePattern), body, host, $"Content-Type: {One(OddWords.Types)}",
                    "Tus-Resumable: 1.0.0", "Upload-Offset: 0");
            foreach (var body in Documents(route))
                yield return RawRequest.Of(method, Good(route.RoutePattern), body, host, "Content-Type: application/json");
            yield return RawRequest.Of(method, Good(route.RoutePattern), "{}"u8.ToArray(), host, "Content-Length: 9",
                "Content-Type: application/json") with { IsComplete = false };
            yield return RawRequest.Of(method, Good(route.RoutePattern), "2\r\n{}\r\nzz\r\n"u8.ToArray(), host,
                "Transfer-Encoding: chunked", "Content-Type: application/json") with { IsComplete = false };
        }

        foreach (var method in Some(OddWords.Methods, 6)) yield return RawRequest.Of(method, Good(route.RoutePattern), [], host);
        foreach (var odd in Some(OddWords.Hosts, 6)) yield return RawRequest.Of(methods[0], Good(route.RoutePattern), [], odd);
    }

    /// <summary>Documents with the members that the address asks for, and odd values in them.</summary>
    private IEnumerable<byte[]> Documents(RouteEndpoint route)
    {
        var form = route.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType;
        var members = form?.GetConstructors().MaxBy(made => made.GetParameters().Length)?.GetParameters()
            .Select(parameter => parameter.Name!).ToArray() ?? [];
        if (Actions.Find(route.RoutePattern.RawText!.Split('/')[^1]) is { } action) members = ["account", .. action.Fields];
        if (members.Length == 0) yield break;
        for (int i = 0; i < 3 * Each; i++)
            yield return Encoding.UTF8.GetBytes(
                $"{{{string.Join(',',
                    members.Select(member => $"\"{char.ToLowerInvariant(member[0])}{member[1..]}\":{ValueOf(member)}"))}}}");
    }

    private string ValueOf(string member) =>
        member.ToLowerInvariant() is "account" or "voter" or "author" or "holder" && _random.Next(4) > 0
            ? $"\"{SampleMarket.Account(2)}\"" : One(OddWords.Values);

    private IEnumerable<string> Targets(RoutePattern pattern) =>
        pattern.Parameters.Count == 0 ? [Good(pattern)] : Some(OddWords.Ids, 2 * Each).Select(id => Path(pattern, _ => id));

    private string Good(RoutePattern pattern) => Path(pattern, name => One(good(name)));

    private static string Path(RoutePattern pattern, Func<string, string> value) =>
        "/" + string.Join('/', pattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => part switch
    {
        RoutePatternLiteralPart literal => literal.Content,
        RoutePatternSeparatorPart separator => separator.Content,
        RoutePatternParameterPart parameter => value(parameter.Name),
        _ => "",
    }))));

    private string One(string[] words) => words[_random.Next(words.Length)];

    private IEnumerable<string> Some(string[] words, int count = Each) => _random.GetItems(words, count).Distinct();

    private static string Shown(RawRequest request)
    {
        var lines = request.Head.Split("\r\n");
        var text = string.Join(" | ", lines.Where(line => line.Length > 0).Select(line => line.Length <= 140 ? line : line[..140] + "…"));
        var body = Encoding.Latin1.GetString(request.Body.AsSpan(0, Math.Min(request.Body.Length, 160)));
        return $"{text} || {body}";
    }
}
