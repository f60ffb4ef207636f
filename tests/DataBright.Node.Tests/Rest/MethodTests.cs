using System.Net;
using DataBright.Node.Tests.Hostile;
using Microsoft.AspNetCore.Routing;

namespace DataBright.Node.Tests.Rest;

public sealed class MethodTests(SampleNode node) : IClassFixture<SampleNode>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>RFC 9110, 9.1: all servers must support GET and HEAD. 9.3.2: the same headers, no body.</summary>
    [Fact]
    public async Task HEAD_is_answered_wherever_GET_is_with_the_same_status_and_no_body()
    {
        var routes = Barrage.RoutesOf(node.Services)
            .Where(route => route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Contains("GET")).ToArray();
        routes.Length.ShouldBeGreaterThan(50);
        foreach (var path in routes.Select(PathOf).Distinct())
        {
            using var get = await AskAsync(HttpMethod.Get, path);
            using var head = await AskAsync(HttpMethod.Head, path);
            head.StatusCode.ShouldBe(get.StatusCode, path);
            (head.Content.Headers.ContentType?.ToString()).ShouldBe(get.Content.Headers.ContentType?.ToString(), path);
            head.Headers.ETag.ShouldBe(get.Headers.ETag, path);
            (await head.Content.ReadAsByteArrayAsync(Stop)).ShouldBeEmpty(path);
        }
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/ready")]
    [InlineData("/")]
    [InlineData("/api/v1/ledger")]
    [InlineData("/datasets/1")]
    [InlineData("/proposals/6/live")] // an event stream that would not end
    [InlineData("/openapi/v1.json")]
    [InlineData("/favicon.ico")]
    public async Task Whoever_asks_with_HEAD_is_not_refused(string path)
    {
        using var head = await AskAsync(HttpMethod.Head, path);
        ((int)head.StatusCode).ShouldBeLessThan(400);
    }

    [Theory]
    [InlineData("/health", "GET, HEAD, OPTIONS")]
    [InlineData("/api/v1/datasets/1", "GET, HEAD, OPTIONS")]
    [InlineData("/api/v1/proposals/6/comments", "GET, HEAD, POST, OPTIONS")]
    [InlineData("/datasets/1", "GET, HEAD, OPTIONS")]
    public async Task OPTIONS_says_which_methods_there_are(string path, string allow)
    {
        using var answer = await AskAsync(HttpMethod.Options, path);
        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        answer.Content.Headers.Allow.Order().ShouldBe(allow.Split(", ").Order());
    }

    [Theory]
    [InlineData("DELETE", "/api/v1/datasets/1", "GET, HEAD")]
    [InlineData("PUT", "/", "GET, HEAD")]
    [InlineData("GET", "/api/v1/uploads", "OPTIONS, POST")]
    [InlineData("PROPFIND", "/ipfs/bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy", "GET, HEAD")]
    public async Task A_method_that_is_not_taken_is_told_which_are(string method, string path, string allow)
    {
        using var answer = await AskAsync(new HttpMethod(method), path);
        answer.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        answer.Content.Headers.Allow.Order().ShouldBe(allow.Split(", "));
    }

    private async Task<HttpResponseMessage> AskAsync(HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, path);
        return await node.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
    }

    private string PathOf(RouteEndpoint route)
    {
        var path = "/" + route.RoutePattern.RawText!.TrimStart('/');
        foreach (var parameter in route.RoutePattern.Parameters)
            foreach (var form in new[] { $"{{{parameter.Name}}}", $"{{**{parameter.Name}}}", $"{{{parameter.Name}?}}" })
                path = path.Replace(form, parameter.Name switch { "cid" => $"{node.OpenShard}", "account" => $"{SampleMarket.Account(2)}",
                    "documentName" => "v1", "label" => "3", _ => "1" }, StringComparison.Ordinal);
        return path;
    }
}
