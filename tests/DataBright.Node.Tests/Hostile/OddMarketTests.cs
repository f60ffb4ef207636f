using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Node.Configuration;
using DataBright.Testing.Odd;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace DataBright.Node.Tests.Hostile;

/// <summary>
/// A real node over a market full of things at the far ends of their types: it starts, reads, and answers every question.
/// </summary>
public sealed partial class OddMarketTests : IAsyncLifetime
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("databright-odd-node");
    private ScriptedChain _chain = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private NodeOptions Options => new() { Home = _home.FullName, Chain = _chain.Url };

    public ValueTask InitializeAsync()
    {
        _chain = new ScriptedChain(new OddLedger(11).AnswerOf);
        OddLedger.Market.Save(Path.Combine(_home.FullName, "market.json"));
        return default;
    }

    public async ValueTask DisposeAsync()
    {
        await _chain.DisposeAsync();
        _home.Delete(recursive: true);
    }

    [Theory]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(14)]
    [InlineData(20)]
    public async Task Every_page_and_every_question_is_answered_over_odd_things(int seed)
    {
        _chain.Mine([.. OddLedger.Honest(), .. new OddLedger(seed).Odd(15)]);
        var routes = new Routes();
        await using var node = await NodeHost.StartAsync(Options, services => routes.Join(services, Options), Stop);
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = node.Address };
        await ReadAsync(http);

        var paths = routes.Paths.SelectMany(Filled).Distinct().ToArray();
        paths.Length.ShouldBeGreaterThan(250);
        var failed = new List<string>();
        foreach (var path in paths)
        {
            using var answer = await http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, Stop);
            if ((int)answer.StatusCode >= 500) failed.Add(path);
            if (answer.Content.Headers.ContentType?.MediaType == "text/event-stream") continue;
            var body = await answer.Content.ReadAsStringAsync(Stop);
            if (OddLedger.HiddenIn(WebUtility.HtmlDecode(body)) is { } hidden && !IsOwnScript(path)) failed.Add($"{path} shows {hidden}");
            if (answer.Content.Headers.ContentType?.MediaType == "application/json") await FollowAsync(http, path, body);
        }
        failed.ShouldBeEmpty();
    }

    [Fact]
    public async Task Honest_things_are_shown_as_they_are_and_odd_ones_as_odd()
    {
        _chain.Mine([.. OddLedger.Honest(), OddLedger.LateOrder, .. new OddLedger(12).Odd(15)]);
        await using var node = await NodeHost.StartAsync(Options, Stop);
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = node.Address };
        (await ReadAsync(http)).GetProperty("unreadable").GetInt64().ShouldBeGreaterThan(0);

        (await http.GetStringAsync("/datasets/1", Stop)).ShouldContain("Digits");
        (await http.GetStringAsync("/", Stop)).ShouldContain("Digits");
        var job = await http.GetFromJsonAsync<JsonElement>("/api/v1/jobs/1", Stop);
        job.GetProperty("summary").GetProperty("state").GetString().ShouldBe("accepted");
        job.GetProperty("summary").GetProperty("deadline").GetString().ShouldBe("2033-05-18T03:33:20Z");
        var proposal = await http.GetFromJsonAsync<JsonElement>("/api/v1/proposals/1", Stop);
        proposal.GetProperty("summary").GetProperty("tally").GetProperty("yes").GetString().ShouldBe("100");

        (await http.GetStringAsync("/api/v1/jobs?limit=100", Stop)).ShouldContain("\"9999-12-31T23:59:59Z\"");
        var late = (await http.GetFromJsonAsync<JsonElement>("/api/v1/jobs?limit=100", Stop)).GetProperty("items").EnumerateArray()
            .First(one => one.GetProperty("deadline").GetString() == "9999-12-31T23:59:59Z").GetProperty("id").GetUInt64();
        (await http.GetStringAsync($"/jobs/{late}", Stop)).ShouldContain(ChainTime.Beyond);
    }

    /// <summary>Scripts of libraries say of themselves which characters they know.</summary>
    private static bool IsOwnScript(string path) => path.Split('?')[0].EndsWith(".js", StringComparison.Ordinal);

    /// <summary>Waits until the node has read everything.</summary>
    private async Task<JsonElement> ReadAsync(HttpClient http)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            var state = await http.GetFromJsonAsync<JsonElement>("/api/v1/ledger", patience.Token);
            if (state.GetProperty("indexed").GetUInt64() == _chain.Head) return state;
            await tick.WaitForNextTickAsync(patience.Token);
        }
    }

    /// <summary>The parts of a list behind the first one.</summary>
    private static async Task FollowAsync(HttpClient http, string path, string body)
    {
        for (int page = 0; page < 30; page++)
        {
            using var read = JsonDocument.Parse(body);
            if (read.RootElement.ValueKind != JsonValueKind.Object || !read.RootElement.TryGetProperty("next", out var next)
                || next.ValueKind != JsonValueKind.String) return;
            using var answer = await http.GetAsync($"{path.Split('?')[0]}?limit=7&cursor={Uri.EscapeDataString(next.GetString()!)}", Stop);
            ((int)answer.StatusCode).ShouldBeLessThan(500, $"{path} after {next}");
            body = await answer.Content.ReadAsStringAsync(Stop);
            if (answer.StatusCode != HttpStatusCode.OK) return;
        }
    }

    /// <summary>A route with everything that may stand in its places.</summary>
    private static IEnumerable<string> Filled(string route)
    {
        if (Place().Match(route) is not { Success: true } place)
            return [route, route + "?limit=7",
                .. OddLedger.Ids.Where(_ => route.Count(c => c == '/') > 2 && !route.Contains("/1")).Select(id => $"{route}?dataset={id}")];
        var values = place.Groups["name"].Value switch
        {
            "account" => OddLedger.People.Select(person => person.ToString()),
            "id" or "job" or "model" => OddLedger.Ids.Select(id => $"{id}"),
            "label" => ["0", "99999999999999999999"],
            _ => ["x"],
        };
        return values.SelectMany(value => Filled(route[..place.Index] + value + route[(place.Index + place.Length)..]));
    }

    [GeneratedRegex(@"\{\*{0,2}(?<name>\w+)[^}]*\}")]
    private static partial Regex Place();

    /// <summary>Every GET route of a node, whatever it is mapped by: a new one is asked by itself.</summary>
    private sealed class Routes : IHostedService
    {
        private IServiceProvider _services = null!;

        public IEnumerable<string> Paths =>
            _services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(route => route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("GET") == true)
            .Select(route => "/" + route.RoutePattern.RawText!.Trim('/'));

        public void Join(IServiceCollection services, NodeOptions options)
        {
            NodeHost.AddRealServices(services, options);
            services.AddSingleton<IHostedService>(provider =>
            {
                _services = provider;
                return this;
            });
        }

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
