using System.Net;
using System.Net.Http.Headers;
using System.Text;
using DataBright.Node.Watching;
using DataBright.Services.Uploads;

namespace DataBright.Node.Tests.Watching;

/// <summary>A node's figures, at an address of their own.</summary>
public sealed class MetricsTests : IAsyncLifetime
{
    private static readonly WatchOptions Options = new() { Metrics = new Uri("http://127.0.0.1:0") };

    private WatchedNode _node = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _node = await WatchedNode.StartAsync(Options);

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public async Task Refusals_are_counted_by_rule_and_requests_by_the_template_of_their_route()
    {
        await _node.Http.GetAsync("/api/v1/datasets/1", Stop);
        await _node.Http.GetAsync("/api/v1/datasets/3", Stop);
        await _node.Http.GetAsync("/api/v1/datasets?limit=9999", Stop);
        await _node.Http.PostAsync("/api/v1/uploads", null, Stop);
        await _node.Http.PostAsync("/api/v1/proposals/2/comments", new StringContent("[]", Encoding.UTF8, "application/json"), Stop);

        var read =
            await _node.UntilAsync(read => read.Samples.Keys
                .Count(name => name.StartsWith("http_server_request_duration_seconds_count", StringComparison.Ordinal)) >= 4);

        read["databright_requests_refused_total{area=\"request\",rule=\"invalid\"}"].ShouldBe(2);
        read["databright_requests_refused_total{area=\"upload\",rule=\"412\"}"].ShouldBe(1);
        read["http_server_request_duration_seconds_count{http_request_method=\"GET\",http_route=\"/api/v1/datasets/{id}\",http_response_status_code=\"200\"}"].ShouldBe(2);
        read["databright_build_info{version=\"0.1.0\"}"].ShouldBe(1);
    }

    [Fact]
    public async Task Uploads_and_the_bytes_of_the_store_are_counted()
    {
        (await _node.UntilAsync(read => read.Samples.ContainsKey("databright_blobs_size_bytes")))["databright_blobs_size_bytes"]
            .ShouldBe(1_000);
        var upload = await BeginAsync(7);
        using var piece = new ByteArrayContent("content"u8.ToArray());
        piece.Headers.ContentType = new MediaTypeHeaderValue(UploadHeaders.ContentType);
        (await SendAsync(HttpMethod.Patch, upload, piece, (UploadHeaders.Offset, "0"))).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        var given = await BeginAsync(3);
        (await SendAsync(HttpMethod.Delete, given, null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        var (text, read) = await _node.ScrapeAsync();

        read["databright_uploads_begun_total"].ShouldBe(2);
        read["databright_uploads_received_bytes_total"].ShouldBe(7);
        read["databright_uploads_ended_total{outcome=\"finished\"}"].ShouldBe(1);
        read["databright_uploads_ended_total{outcome=\"deleted\"}"].ShouldBe(1);
        read["databright_blobs_size_bytes"].ShouldBe(1_007, "it follows without looking at the folder again");
        await Promtool.AcceptsAsync(text);
    }

    [Fact]
    public async Task Metrics_have_their_own_door_and_it_opens_to_names_of_this_machine()
    {
        using var ours = await _node.Http.GetAsync(_node.Watch.Metrics, Stop);
        ours.Content.Headers.ContentType!.ToString().ShouldBe("text/plain; version=0.0.4; charset=utf-8");
        ours.Headers.CacheControl!.NoStore.ShouldBeTrue();
        (await _node.Http.GetAsync("/metrics", Stop)).StatusCode.ShouldBe(HttpStatusCode.NotFound, "the public address has none");
        (await StatusAsync(HttpMethod.Get, "node.example.org")).ShouldBe(HttpStatusCode.MisdirectedRequest);
        (await StatusAsync(HttpMethod.Get, $"localhost:{_node.Watch.Metrics!.Port}")).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(HttpMethod.Get, "[::1]")).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync(HttpMethod.Get, "192.0.2.1")).ShouldBe(HttpStatusCode.MisdirectedRequest);
        (await StatusAsync(HttpMethod.Post, null)).ShouldBe(HttpStatusCode.MethodNotAllowed);
        (await _node.Http.GetAsync(new Uri(_node.Watch.Metrics, "/"), Stop)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Two_nodes_of_one_process_do_not_mix()
    {
        await using var other = await WatchedNode.StartAsync(Options);
        await _node.Http.PostAsync("/api/v1/uploads", null, Stop);
        (await _node.ScrapeAsync()).Read.Samples.Keys
            .ShouldContain(name => name.StartsWith("databright_requests_refused_total", StringComparison.Ordinal));
        (await other.ScrapeAsync()).Read.Samples.Keys
            .ShouldNotContain(name => name.StartsWith("databright_requests_refused_total", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_being_asked_for_nothing_is_served_and_nothing_measured()
    {
        await using var quiet = await WatchedNode.StartAsync(new WatchOptions());
        quiet.Watch.Metrics.ShouldBeNull();
        (await quiet.Http.GetAsync("/metrics", Stop)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private async Task<string> BeginAsync(int length) =>
        (await SendAsync(HttpMethod.Post, "/api/v1/uploads", null, (UploadHeaders.Length, $"{length}"))).Headers.Location!.ToString();

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content,
        params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Add(UploadHeaders.Resumable, UploadHeaders.Version);
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        return await _node.Http.SendAsync(request, Stop);
    }

    private async Task<HttpStatusCode> StatusAsync(HttpMethod method, string? host)
    {
        using var request = new HttpRequestMessage(method, _node.Watch.Metrics) { Headers = { Host = host } };
        using var answer = await _node.Http.SendAsync(request, Stop);
        return answer.StatusCode;
    }
}
