using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using DataBright.Cli.Tests.Market;

namespace DataBright.Cli.Tests.Watching;

/// <summary>
/// A node as a process of its own that tells all it can: everything in its log, as documents, metrics and traces. People do with it what
/// they do with any, and every secret and every word of theirs is marked.
/// </summary>
internal sealed partial class WatchedProcess : IAsyncDisposable
{
    public const string Password = "marked-pass-phrase";

    /// <summary>A key that is nobody's but this test's.</summary>
    public static readonly string Key = string.Concat(Enumerable.Repeat("7a3e91c4", 8));

    private readonly TemporaryFolder _folder;
    private readonly Databright _process;
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = true });

    private WatchedProcess(Databright process, TemporaryFolder folder) => (_process, _folder) = (process, folder);

    public string Metrics { get; private set; } = "";

    /// <summary>What must not be found anywhere, by what it is.</summary>
    public Dictionary<string, string> Secrets { get; } = new() { ["the password"] = Password, ["the key"] = Key };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<WatchedProcess> StartAsync(Uri collector)
    {
        var folder = new TemporaryFolder();
        var process = Databright.Start(
            folder.Path, null, "up", "--end-with-parent", "--metrics", "http://127.0.0.1:0", "--otlp", collector.ToString(), "--log",
            "trace", "--log-json");
        var running = new WatchedProcess(process, folder);
        try
        {
            running.Metrics = await running.HearAsync("metrics ");
            running._http.BaseAddress = new Uri(await running.HearAsync("ready "));
            return running;
        }
        catch
        {
            await running.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Accounts, a dataset, a proposal, an upload, a ballot that the node carries, an account that is unlocked, and what is refused.
    /// </summary>
    public async Task LiveAsync()
    {
        File.WriteAllText(_folder["password"], Password);
        File.WriteAllText(_folder["key"], Key);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_folder["key"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        string images = _folder["images"], labels = _folder["labels"];
        RunningMarket.WriteIdx(images, labels, 120, 120);
        await RunAsync("account", "import", "ines", _folder["key"], "--light");
        await RunAsync("account", "fund", "ines");
        await RunAsync("dataset", "create", "--name", "marked-name", "--symbol", "MRK", "--images", images, "--labels", labels,
            "--take", "50",
            "--held-out-images", images, "--held-out-labels", labels, "--held-out-skip", "100");
        var proposal =
            (await RunAsync("proposal", "create", "--dataset", "1", "--images", images, "--labels", labels, "--skip", "50", "--take", "20",
                "--json")).Json.GetProperty("id").GetRawText();
        foreach (var file in Directory.GetFiles(_folder["keys"], "*.development-key"))
            Secrets[Path.GetFileName(file)] = File.ReadAllText(file).Trim().Replace("0x", "");

        await VoteAsync(proposal);
        await UploadAsync();
        await UnlockAsync(Password, HttpStatusCode.SeeOther);
        await UnlockAsync("marked-wrong-word", HttpStatusCode.Forbidden);
        await _http.GetAsync($"/portfolio/{Secrets["the voter"]}?from=marked-query", Stop);
        await _http.GetAsync("/datasets/marked-path", Stop);
        await _http.PostAsync("/api/v1/actions/vote",
            new StringContent("{\"account\":\"marked-json\"", System.Text.Encoding.UTF8, "application/json"), Stop);
    }

    public async Task<string> ScrapeAsync() => await _http.GetStringAsync(Metrics, Stop);

    /// <summary>Ends the node in order.</summary>
    /// <returns>Its log.</returns>
    public async Task<string[]> EndAsync()
    {
        _process.Orphan();
        var end = await _process.EndAsync();
        end.ExitCode.ShouldBe(0, end.Error);
        return end.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    private async Task VoteAsync(string proposal)
    {
        var file = _folder["ballot.json"];
        await RunAsync("proposal", "vote", proposal, "--choice", "yes", "--reason", "marked-reason", "--sign-only", file);
        var ballot = JsonDocument.Parse(File.ReadAllBytes(file)).RootElement;
        Secrets["the signature"] = ballot.GetProperty("signature").GetString()![2..];
        Secrets["the voter"] = ballot.GetProperty("voter").GetString()!;
        var form = new
        {
            voter = Secrets["the voter"], choice = "yes", reason = "marked-reason", deadline = ballot.GetProperty("deadline").GetInt64(),
            signature = ballot.GetProperty("signature").GetString(),
        };
        using var carried = await _http.PostAsJsonAsync($"/api/v1/proposals/{proposal}/ballots", form, Stop);
        carried.StatusCode.ShouldBe(HttpStatusCode.OK, await carried.Content.ReadAsStringAsync(Stop));
        using var forged = await _http.PostAsJsonAsync($"/api/v1/proposals/{proposal}/ballots",
            form with { reason = "marked-forgery" }, Stop);
        forged.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    private async Task UploadAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/uploads");
        request.Headers.Add("Tus-Resumable", "1.0.0");
        request.Headers.Add("Upload-Length", "10");
        request.Headers.Add("Upload-Metadata", $"filename {Convert.ToBase64String("marked-file.csv"u8)}");
        request.Headers.Add("Authorization", "DataBright marked-authorisation");
        using var begun = await _http.SendAsync(request, Stop);
        begun.StatusCode.ShouldBe(HttpStatusCode.Created);
        Secrets["the name of the file"] = Convert.ToBase64String("marked-file.csv"u8);
        Secrets["the upload"] = begun.Headers.Location!.ToString().Split('/')[^1];
    }

    private async Task UnlockAsync(string password, HttpStatusCode status)
    {
        var token = Token().Match(await _http.GetStringAsync("/account", Stop)).Groups["token"].Value;
        token.ShouldNotBeEmpty();
        Secrets[$"the form's token for {password}"] = token;
        using var answer = await _http.PostAsync("/account/unlock",
            new FormUrlEncodedContent(new Dictionary<string, string> { ["__RequestVerificationToken"] = token, ["name"] = "ines",
                ["password"] = password }), Stop);
        answer.StatusCode.ShouldBe(status);
        if (answer.Headers.TryGetValues("Set-Cookie", out var cookies)
            && cookies.FirstOrDefault(one => one.StartsWith("databright-session=", StringComparison.Ordinal)) is { } cookie)
            Secrets["the session"] = cookie.Split('=', ';')[1];
    }

    private async Task<Finished> RunAsync(params string[] words) =>
        (await Databright.CallAsync(_folder.Path,
            words is ["account", "fund", ..] ? words : [.. words, "--password-file", _folder["password"]])).ShouldSucceed();

    private async Task<string> HearAsync(string mark)
    {
        if (await _process.Output.ReadLineAsync(Stop) is not { } line)
            throw new InvalidOperationException((await _process.EndAsync()).Error);
        line.ShouldStartWith(mark);
        return line[mark.Length..];
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"(?<token>[^\"]+)\"")]
    private static partial Regex Token();
}
