using System.Net;
using System.Text;
using DataBright.Node.Configuration;
using DataBright.Node.Rest;
using DataBright.Storage;

namespace DataBright.Node.Tests.Rest;

/// <summary>Who asks, where a proxy on the same machine passes requests on.</summary>
public sealed class ProxyTests : IAsyncLifetime
{
    private SampleDiscussion _discussion = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _discussion = await SampleDiscussion.BeginAsync(new MemoryBlobStore());

    public ValueTask DisposeAsync()
    {
        _discussion.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Behind_a_proxy_each_visitor_has_its_own_measure()
    {
        await using var node = await StartAsync("node.example");
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = node.Address };
        for (int i = 0; i < WriteLimits.PerMinute; i++) await AskAsync(http, $"10.9.8.{i % 250}, 192.0.2.1");
        (await AskAsync(http, "10.9.8.251, 192.0.2.1")).ShouldBe(HttpStatusCode.TooManyRequests,
            "the proxy's own entry is the last one; what comes before it anybody can write");
        (await AskAsync(http, "192.0.2.2")).ShouldBe(HttpStatusCode.BadRequest, "another visitor is still answered");
    }

    [Fact]
    public async Task Without_a_proxy_nobody_says_who_it_is()
    {
        await using var node = await StartAsync();
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = node.Address };
        for (int i = 0; i < WriteLimits.PerMinute; i++) await AskAsync(http, $"192.0.2.{i % 250}");
        (await AskAsync(http, "192.0.2.251")).ShouldBe(HttpStatusCode.TooManyRequests);
    }

    private static async Task<HttpStatusCode> AskAsync(HttpClient http, string from)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post,
            "/api/v1/proposals/2/comments") { Content = new StringContent("", Encoding.UTF8, "application/json") };
        request.Headers.Add("X-Forwarded-For", from);
        using var answer = await http.SendAsync(request, Stop);
        return answer.StatusCode;
    }

    private Task<NodeHost> StartAsync(params string[] names)
    {
        var options = new NodeOptions { Home = Path.Combine(Path.GetTempPath(), "databright-proxied-node"),
            Chain = new Uri("http://127.0.0.1:1"), Uploads = new UploadTerms { Hosts = names } };
        return NodeHost.StartAsync(options,
            services => SampleNode.AddRealServices(services, new SampleMarket(Cid.Raw(Digest.Of("none"u8))), _discussion), Stop);
    }
}
