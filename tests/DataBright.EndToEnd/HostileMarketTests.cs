using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace DataBright.EndToEnd;

/// <summary>
/// A market on a real chain, on which strangers put everything odd that its contracts take: honest work is done there, and whoever reads is
/// answered meanwhile.
/// </summary>
public sealed partial class HostileMarketTests : IAsyncLifetime
{
    private static readonly string[] Pages = ["/", "/datasets", "/proposals", "/requests", "/models", "/jobs", "/workers", "/portfolio"];

    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private Databright _node = null!;
    private Founded _market = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Home => _folder["home"];

    public async ValueTask InitializeAsync()
    {
        _node = Databright.Start(Home, "up", "--listen", "http://127.0.0.1:0");
        _http.BaseAddress = await AddressAsync();
        _market = await Founded.OpenAsync(Home, Stop);
        Directory.CreateDirectory(_folder["reader"]);
        File.Copy(Path.Combine(Home, "market.json"), Path.Combine(_folder["reader"], "market.json"));
    }

    public async ValueTask DisposeAsync()
    {
        _market?.Dispose();
        _http.Dispose();
        await _node.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Honest_work_is_done_and_every_reader_is_answered_whatever_strangers_put_on_the_ledger()
    {
        var dataset = await _market.FoundAsync(Stop);
        await using var crew = new Crew(Home, await _market.WorkersAsync(3, Stop));
        var strangers = new Strangers(_market, dataset);
        await strangers.ActAsync(Stop);
        strangers.Taken.ShouldBe(Strangers.Kinds, ignoreOrder: true, "each kind is really on the ledger");
        strangers.Refused.ShouldBeGreaterThan(10, "and beyond what the contracts take, more was tried");

        var created = await CallAsync(
            "job", "create", "--dataset", $"{dataset}", "--architecture", "softmax-regression", "--epochs", "2", "--price", "30",
            "--key-file", _market.KeyFile("buyer"), "--json");
        var id = created.Json.GetProperty("id").GetRawText();
        await using var watch = Databright.Start(Home, "job", "watch", id, "--json");
        var settled = watch.EndAsync();

        do
        {
            await strangers.ActAsync(Stop);
            await EverybodyIsAnsweredAsync(id);
        }
        while (!settled.IsCompleted);
        (await settled).ExitCode.ShouldBe(0, (await settled).Error);
        (await settled).Json.GetProperty("state").GetString().ShouldBe("settled");
        // The index holds all of it, and the honest job among it.
        (await _http.GetStringAsync($"/jobs/{id}", Stop)).ShouldContain("settled", Case.Insensitive);
    }

    private async Task EverybodyIsAnsweredAsync(string job)
    {
        var listed = await CallAsync("job", "list", "--limit", "1000", "--json");
        listed.Output.ShouldContain($"\"id\": {job},");
        (await CallAsync("dataset", "list", "--limit", "1000")).Output.ShouldContain(Founded.Name);
        // A node has the index of its own folder to itself.
        var rebuilt = await CallAsync("index", "rebuild", "--home", _folder["reader"], "--rpc", $"{_market.Rpc}", "--json");
        rebuilt.Json.GetProperty("unreadable").GetInt64().ShouldBe(0, "all of it passed the contracts");

        var (answered, failed) = (0, new List<string>());
        foreach (var path in await PathsAsync())
        {
            using var answer = await _http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, Stop);
            if ((int)answer.StatusCode >= 500) failed.Add($"{(int)answer.StatusCode} {path}");
            if (answer.IsSuccessStatusCode) answered++;
        }

        failed.ShouldBeEmpty();
        answered.ShouldBeGreaterThan(40);
    }

    /// <summary>Pages, and all that the interface's own description names, with the first and the last things of each kind.</summary>
    private async Task<IReadOnlyList<string>> PathsAsync()
    {
        var described = (await _http.GetFromJsonAsync<JsonElement>("/openapi/v1.json", Stop)).GetProperty("paths").EnumerateObject()
            .Where(path => path.Value.TryGetProperty("get", out _) && !path.Name.EndsWith("/events", StringComparison.Ordinal))
            .Select(path => path.Name);
        var things = Pages.Where(page => page.Length > 1 && page is not ("/workers" or "/portfolio")).Select(page => page + "/{id}");
        return [.. Pages, .. described.Concat(things).SelectMany(Filled).Distinct()];
    }

    private IEnumerable<string> Filled(string path)
    {
        if (Place().Match(path) is not { Success: true } place) return [path];
        string[] values = place.Groups["name"].Value switch
        {
            "account" => [_market.Buyer.Address.ToString(), _market.Stranger.Address.ToString()],
            "cid" => [$"{_market.AnyFile}"],
            "id" or "job" or "model" or "proposal" => ["1", "2", "5", "9"],
            _ => ["1"],
        };
        return values.SelectMany(value => Filled(path[..place.Index] + value + path[(place.Index + place.Length)..]));
    }

    private async Task<Finished> CallAsync(params string[] words)
    {
        var said = await Databright.RunAsync(Home, words);
        said.ExitCode.ShouldBe(0, $"{string.Join(' ', words)}\n{said.Error}{said.Output}");
        return said;
    }

    /// <summary>Where the node listens, once it does.</summary>
    private async Task<Uri> AddressAsync()
    {
        var file = Path.Combine(Home, "node.json");
        var ended = _node.EndAsync();
        while (!File.Exists(file))
        {
            if (ended.IsCompleted) Assert.Fail((await ended).Error);
            await Task.Delay(50, Stop);
        }

        using var word = JsonDocument.Parse(await File.ReadAllTextAsync(file, Stop));
        return new Uri(word.RootElement.GetProperty("address").GetString()!);
    }

    [GeneratedRegex(@"\{(?<name>\w+)\}")]
    private static partial Regex Place();

    /// <summary>Honest workers, each a process.</summary>
    private sealed class Crew(string home, IReadOnlyList<string> keys) : IAsyncDisposable
    {
        private readonly Databright[] _all = [.. keys.Select(key => Databright.Start(home, "worker", "start", "--key-file", key))];

        public async ValueTask DisposeAsync()
        {
            foreach (var worker in _all) await worker.DisposeAsync();
        }
    }
}
