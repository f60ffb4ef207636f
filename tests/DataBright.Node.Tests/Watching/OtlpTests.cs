using System.Diagnostics;
using System.Net;
using DataBright.Node.Watching;
using DataBright.Services.Uploads;
using Microsoft.Extensions.Logging;

namespace DataBright.Node.Tests.Watching;

/// <summary>What a collector gets, by the bytes that come to it.</summary>
public sealed class OtlpTests
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Metrics_and_traces_come_to_a_collector_with_nothing_of_strangers_in_them()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using (var node = await WatchedNode.StartAsync(new WatchOptions { Otlp = collector.Address }))
        {
            await AskAsync(node, HttpMethod.Get, "/api/v1/datasets/1?q=marked-query");
            await AskAsync(node, HttpMethod.Get, "/marked-path/0x1111111111111111111111111111111111111111");
            await AskAsync(node, new HttpMethod("MARKED-METHOD"), "/");
            var begun = await AskAsync(node, HttpMethod.Post, "/api/v1/uploads",
                (UploadHeaders.Resumable, UploadHeaders.Version), (UploadHeaders.Length, "9"),
                (UploadHeaders.Metadata, "filename bWFya2VkLWZpbGU="));
            begun.StatusCode.ShouldBe(HttpStatusCode.Created);
            await AskAsync(node, HttpMethod.Head, begun.Headers.Location!.ToString());
        }

        collector.Got.ShouldContain(one => one.Path == "/v1/metrics");
        collector.Got.ShouldContain(one => one.Path == "/v1/traces");
        collector.Got.ShouldAllBe(one => one.Type == "application/x-protobuf");
        var metrics = collector.Texts("/v1/metrics");
        foreach (var name in new[] { "service.name", "databright", "databright.requests.refused", "area", "upload", "rule", "412",
            "databright.uploads.begun", "http.server.request.duration", "dotnet.gc.collections" }) metrics.ShouldContain(name);
        var traces = collector.Texts("/v1/traces");
        foreach (var name in new[] { "GET /api/v1/datasets/{id}", "GET none", "_OTHER none", "POST /api/v1/uploads/",
            "HEAD /api/v1/uploads/{upload}", "http.route", "http.response.status_code" }) traces.ShouldContain(name);
        foreach (var text in new[] { "marked", "MARKED", "bWFya2VkLWZpbGU", "0x1111", "url.", "user_agent", "server.address", "client.",
            "127.0.0.1", "host.name" })
            collector.Contains(text).ShouldBeFalse(text);
        // As a whole text: a short name is found among random ids by chance.
        metrics.Union(traces).ShouldNotContain(Environment.MachineName);
        collector.Contains(Convert.FromHexString(Trace)).ShouldBeFalse("a stranger's trace is not gone on with");
        collector.Headers.Keys.ShouldNotContain("traceparent");
    }

    [Fact]
    public async Task A_collector_that_is_away_is_told_of_once_and_again_when_it_is_back()
    {
        var log = new Heard();
        await using var collector = await OtlpReceiver.StartAsync();
        var away = true;
        var notice = new OtlpFailureLog(new Uri("http://127.0.0.1:4318/a-long-key-in-the-path-of-it"), log);
        using var http = notice.Client();
        for (var i = 0; i < 3; i++) await SendAsync();
        log.Lines.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            said => said.ShouldStartWith("http://127.0.0.1:4318/… takes no metrics and traces: "),
            said => said.ShouldEndWith("The node goes on, and tries again"));
        away = false;
        for (var i = 0; i < 3; i++) await SendAsync();
        log.Lines.Count.ShouldBe(2);
        log.Lines[1].ShouldEndWith("takes metrics and traces again");

        async Task SendAsync()
        {
            try
            {
                // As the exporter does it: in its own thread, and not asynchronously.
                await Task.Run(() =>
                {
                    using var request = new HttpRequestMessage(HttpMethod.Post, away ? new Uri("http://127.0.0.1:1/") : collector.Address);
                    http.Send(request, Stop).Dispose();
                }, Stop);
            }
            catch (HttpRequestException)
            {
                away.ShouldBeTrue();
            }
        }
    }

    [Fact]
    public async Task A_node_starts_and_answers_and_ends_without_its_collector()
    {
        await using var node = await WatchedNode.StartAsync(new WatchOptions { Otlp = new Uri("http://127.0.0.1:1") });
        (await node.Http.GetAsync("/health", Stop)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public void What_a_library_adds_to_a_span_is_taken_out_and_a_span_with_events_is_not_told()
    {
        using var source = new ActivitySource("Microsoft.AspNetCore");
        using var listener = new ActivityListener
        {
            ShouldListenTo = one => one == source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        using var processor = new SpanTags();
        using var span = source.StartActivity("Microsoft.AspNetCore.Hosting.HttpRequestIn")!;
        span.SetTag("url.path", "/portfolio/0xabc").SetTag("user_agent.original", "mine").SetTag("http.request.method", "GET")
            .SetTag("http.route", "/portfolio/{account}");
        span.TraceStateString = "stranger=1";
        processor.OnEnd(span);
        span.TagObjects.Select(tag => tag.Key).ShouldBe(["http.request.method", "http.route"]);
        span.DisplayName.ShouldBe("GET /portfolio/{account}");
        span.TraceStateString.ShouldBeNull();
        span.Recorded.ShouldBeTrue();

        span.AddEvent(new ActivityEvent("exception", tags: new ActivityTagsCollection { ["exception.message"] = "words of somebody" }));
        processor.OnEnd(span);
        span.Recorded.ShouldBeFalse();
    }

    private static async Task<HttpResponseMessage> AskAsync(WatchedNode node, HttpMethod method, string path,
        params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add("User-Agent", "marked-agent");
        request.Headers.Add("X-Forwarded-Host", "marked-host");
        request.Headers.Add("traceparent", $"00-{Trace}-00f067aa0ba902b7-01");
        request.Headers.Add("tracestate", "marked=state");
        request.Headers.Add("baggage", "marked=baggage");
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        return await node.Http.SendAsync(request, Stop);
    }

    private sealed class Heard : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => Lines.Add(formatter(state, exception));
    }
}
