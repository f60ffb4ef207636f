using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DataBright.Market.Datasets;
using DataBright.Storage;
using DataBright.Terminal;

namespace DataBright.Cli.Tests.Market;

/// <summary>The points that a dataset is measured on are read by those who measure, and by nobody else.</summary>
[Collection(nameof(RunningMarket))]
public sealed class PrivateHeldOutTests(RunningMarket market) : IDisposable
{
    private readonly TemporaryFolder _founder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _founder.Dispose();

    [Fact]
    public async Task The_node_serves_them_sealed_and_in_the_clear_only_where_the_founder_says_so()
    {
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = Node() };
        var closed = (await market.CreateDatasetAsync("--key", "ines")).ShouldSucceed().Json;
        closed.GetProperty("isHeldOutPrivate").GetBoolean().ShouldBeTrue();
        var bytes = await http.GetByteArrayAsync($"ipfs/{closed.GetProperty("heldOut").GetString()}", Stop);
        bytes.AsSpan(0, 4).SequenceEqual("DBEN"u8).ShouldBeTrue();

        var open = (await market.CreateDatasetAsync("--key", "ines", "--public-held-out")).ShouldSucceed().Json;
        open.GetProperty("isHeldOutPrivate").GetBoolean().ShouldBeFalse();
        await using var file = await http.GetStreamAsync($"ipfs/{open.GetProperty("heldOut").GetString()}", Stop);
        (await ShardFile.ReadAsync(file, 1 << 24, Stop)).Count.ShouldBe(100);

        (await MeasuredAsync(closed)).ShouldEndWith("on private points");
        (await MeasuredAsync(open)).ShouldEndWith("on points that anybody can read");
        Refused(await market.CreateDatasetAsync("--key", "ines", "--public-held-out", "--market", $"{Node()}"), ExitCode.Usage,
            "leave them out");

        async Task<string> MeasuredAsync(JsonElement made) =>
            (await market.RunAsync("dataset", "show", made.GetProperty("id").GetRawText())).ShouldSucceed()
            .Output.Split('\n').Single(line => line.StartsWith("Measured by", StringComparison.Ordinal)).TrimEnd();
    }

    /// <summary>A founder without a node: nobody measures until a scheduler and a referee are let in.</summary>
    [Fact]
    public async Task Who_can_open_them_lets_a_trusted_key_in_and_a_key_that_opens_nothing_is_kept_nowhere()
    {
        File.Copy(Path.Combine(market.Home, "market.json"), _founder["market.json"]);
        Copy("keys");
        string[] create = ["dataset", "create", "--name", "Lone", "--symbol", "LONE", "--images", market.Images, "--labels", market.Labels,
            "--take", "50", "--held-out", "20%", "--access", "market", "--key", "ines", "--json"];
        var made = await AloneAsync(create);
        made.Error.ShouldContain("databright dataset grant");
        var (id, cid) = (made.ShouldSucceed().Json.GetProperty("id").GetRawText(), made.Json.GetProperty("heldOut").GetString()!);
        string[] kept =
            [.. new[] { cid, made.Json.GetProperty("cid").GetString()! }.Select(file => Path.Combine(market.Home, "content-keys", file))];

        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = Node() };
        (await GiveAsync(http, id, "0x12")).ShouldBe(HttpStatusCode.BadRequest);
        (await GiveAsync(http, id, "nothing")).ShouldBe(HttpStatusCode.BadRequest);
        (await GiveAsync(http, "999", Wrong)).ShouldBe(HttpStatusCode.NotFound);
        (await GiveAsync(http, id, Wrong)).ShouldBe(HttpStatusCode.Conflict, "the set is not here yet");
        Refused(await AloneAsync("dataset", "grant", id, "--market", $"{Node()}", "--key", "ines"), ExitCode.Refused, "Upload it first");

        foreach (var file in Directory.GetFiles(_founder["blobs"], "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(market.Home, "blobs", Path.GetRelativePath(_founder["blobs"], file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            if (!File.Exists(target)) File.Copy(file, target);
        }

        (await GiveAsync(http, id, Wrong)).ShouldBe(HttpStatusCode.Conflict, "it opens nothing");
        var (founding, root) = (made.Json.GetProperty("cid").GetString(), made.Json.GetProperty("root").GetString());
        (await GiveShardAsync(http, id, new { wrapped = Wrong, file = founding, shard = root })).ShouldBe(HttpStatusCode.Conflict,
            "it opens nothing");
        (await GiveShardAsync(http, id, new { wrapped = Wrong, file = founding, shard = $"0x{new string('2', 64)}" }))
            .ShouldBe(HttpStatusCode.NotFound, "no such shard");
        (await GiveShardAsync(http, id, new { wrapped = Wrong, file = founding, shard = root, proposal = 9_999 }))
            .ShouldBe(HttpStatusCode.NotFound, "no such proposal");
        (await GiveShardAsync(http, id, new { wrapped = Wrong, file = founding })).ShouldBe(HttpStatusCode.BadRequest);
        (await GiveShardAsync(http, id, new { wrapped = Wrong, file = "there", shard = root })).ShouldBe(HttpStatusCode.BadRequest);
        Refused(await AloneAsync("dataset", "grant", id, "--market", $"{Node()}", "--key", "ada"), ExitCode.Refused, "was not sealed to");
        Refused(await AloneAsync("dataset", "grant", id, "--key", "ines"), ExitCode.Usage, "--market");
        kept.ShouldAllBe(file => !File.Exists(file));
        (await AloneAsync("dataset", "grant", id, "--market", $"{Node()}", "--key", "ines")).ShouldSucceed().Output.ShouldContain("2 of 2");
        kept.ShouldAllBe(file => new FileInfo(file).Length == ContentKey.WrappedSize);
        (await AloneAsync("dataset", "grant", id, "--market", $"{Node()}", "--key", "ines")).ShouldSucceed();
    }

    private static void Refused(Finished finished, int code, string why)
    {
        finished.ExitCode.ShouldBe(code, finished.Output + finished.Error);
        (finished.Output + finished.Error).ShouldContain(why);
    }

    private static string Wrong => $"0x{new string('1', 2 * ContentKey.WrappedSize)}";

    private Uri Node() =>
        new(JsonDocument.Parse(File.ReadAllBytes(Path.Combine(market.Home, "node.json"))).RootElement.GetProperty("address").GetString()!);

    private static async Task<HttpStatusCode> GiveAsync(HttpClient http, string dataset, string wrapped) =>
        (await http.PostAsJsonAsync($"compute/held-out-keys/{dataset}", new { wrapped }, Stop)).StatusCode;

    private static async Task<HttpStatusCode> GiveShardAsync(HttpClient http, string dataset, object key) =>
        (await http.PostAsJsonAsync($"compute/shard-keys/{dataset}", key, Stop)).StatusCode;

    private Task<Finished> AloneAsync(params string[] words) =>
        Databright.CallAsync(_founder.Path, [.. words, "--password-file", Path.Combine(market.Home, "password"), "--rpc", $"{market.Rpc}"]);

    private void Copy(string folder)
    {
        Directory.CreateDirectory(_founder[folder]);
        foreach (var file in Directory.GetFiles(Path.Combine(market.Home, folder)))
            File.Copy(file, Path.Combine(_founder[folder], Path.GetFileName(file)));
    }
}
