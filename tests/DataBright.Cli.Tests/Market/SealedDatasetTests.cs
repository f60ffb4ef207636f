using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DataBright.Market.Datasets;
using DataBright.Storage;
using DataBright.Terminal;

namespace DataBright.Cli.Tests.Market;

/// <summary>
/// A dataset whose points are the market's alone: sealed in every file, measured, trained on, and given to whoever paid for a training run.
/// </summary>
/// <remarks>Its market is its own: what its workers' presence and its jobs' dividends leave behind is nobody else's.</remarks>
public sealed class SealedDatasetTests(RunningMarket market) : IClassFixture<RunningMarket>, IDisposable
{
    private static readonly string[] Names = ["walda", "wendel", "wouter"];

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Sealed_points_are_measured_and_trained_on_and_read_by_the_market_alone()
    {
        var made = (await market.CreateDatasetAsync("--key", "ines", "--access", "market", "--samples", "5", "--worker-limit", "50"))
            .ShouldSucceed().Json;
        var id = made.GetProperty("id").GetRawText();
        await ShouldBeSealedAsync(made.GetProperty("cid").GetString()!);
        (await market.RunAsync("dataset", "show", id)).ShouldSucceed().Output.ShouldContain("anybody sees 5 of each shard");
        (await RestAsync($"api/v1/datasets/{id}")).GetProperty("measurement").GetProperty("samples").GetInt32().ShouldBe(5);

        await Task.WhenAll(Names.Select(RegisterAsync));
        await using var workers =
            new Crew(Names.Select(name => Databright.Start(market.Home, "secret", "worker", "start", "--key", name, "--end-with-parent")));
        foreach (var worker in workers.All) (await worker.Output.ReadLineAsync(Stop)).ShouldNotBeNull().ShouldStartWith("ready ");

        var offered = (await OfferAsync(id, "--evaluate")).ShouldSucceed();
        await ShouldBeSealedAsync(offered.Json.GetProperty("cid").GetString()!);
        var proposal = offered.Json.GetProperty("id").GetRawText();
        var shown = (await market.RunAsync("proposal", "show", proposal)).ShouldSucceed();
        shown.Output.ShouldNotContain("lies open");
        var page = await PageAsync($"proposals/{proposal}",
            "5 of the 40 points, drawn by the block in which they were offered. The others are sealed.");
        page.ShouldNotContain("lies open");
        await PageAsync($"datasets/{id}", "5 of the 100 points");

        string[] order = ["job", "create", "--dataset", id, "--architecture", "softmax-regression", "--epochs", "1", "--price", "30",
            "--key", "ada", "--json"];
        var whole = await market.RunAsync(order);
        whole.ExitCode.ShouldBe(ExitCode.Refused, whole.Output + whole.Error);
        (whole.Output + whole.Error).ShouldContain("--data-limit 50");
        var job = (await market.RunAsync([.. order, "--data-limit", "50", "--partitions", "2", "--redundancy", "1"])).ShouldSucceed().Json
            .GetProperty("id").GetRawText();
        (await market.RunAsync("job", "points", job, "--out", _folder["early"], "--key", "ada")).ShouldFailClearly(ExitCode.Refused,
            "no training run that is settled");
        (await market.RunAsync("job", "watch", job)).ShouldSucceed();
        await BuyerReadsAsync(job, id);
        await NobodyElseIsGivenAKeyAsync(made.GetProperty("cid").GetString()!);

        foreach (var worker in workers.All) worker.Orphan();
        foreach (var worker in workers.All) (await worker.EndAsync()).ExitCode.ShouldBe(0);
        foreach (var name in Names) (await market.RunAsync("worker", "drain", "--key", name)).ShouldSucceed();
    }

    [Fact]
    public async Task Points_in_the_clear_are_not_measured_for_a_sealed_dataset_nor_sealed_ones_for_an_open_one()
    {
        var id = (await market.CreateDatasetAsync("--key", "ines", "--access", "market")).ShouldSucceed().Json.GetProperty("id")
            .GetRawText();
        var sealing = await market.RunAsync("proposal", "create", "--dataset", id, "--images", market.Images, "--labels", market.Labels,
            "--skip", "150", "--take", "30", "--key", "ada", "--json");
        var open = await market.ProposeAsync(1, 150, 30);
        var (into, from) = (sealing.ShouldSucceed().Json.GetProperty("id").GetRawText(), open);
        var (crossed, back) = (await market.OfferAgainAsync(ulong.Parse(id, System.Globalization.CultureInfo.InvariantCulture), from),
            await market.OfferAgainAsync(1, into));
        (await market.RunAsync("proposal", "evaluate", crossed, "--key", "ada")).ShouldFailClearly(ExitCode.Refused, "lies open",
            "proposal create");
        (await market.RunAsync("proposal", "evaluate", back, "--key", "ada")).ShouldFailClearly(ExitCode.Refused, "is sealed");
        await PageAsync($"proposals/{crossed}", "lies open");
        // A file that somebody else offered keeps nobody from letting a node open the others.
        var falsely = await market.OfferFalselyAsync(ulong.Parse(id, System.Globalization.CultureInfo.InvariantCulture), into);
        (await market.RunAsync("dataset", "grant", id, "--key", "ines")).ShouldSucceed().Output.ShouldContain("2 of 5");
        var half = await market.RunAsync("dataset", "grant", id, "--key", "ada", "--json");
        half.ExitCode.ShouldNotBe(0, $"proposal {falsely} announces a point more than its file has");
        half.Json.GetProperty("nodes")[0].GetProperty("granted").GetInt32().ShouldBe(1);
        (await market.RunAsync("proposal", "vote", crossed, "--choice", "yes", "--key", "ada")).ShouldFailClearly(ExitCode.Refused,
            "lies open", "--anyway");
    }

    /// <summary>
    /// Else whoever offers a rejected shard again and again would be shown all of it, and whoever orders its points would choose what is
    /// seen.
    /// </summary>
    [Fact]
    public async Task The_samples_of_a_shard_follow_from_the_block_of_its_first_offer()
    {
        var (one, other) = (await SealedAsync(), await SealedAsync());
        var (first, elsewhere) = ((await OfferAsync(one)).ShouldSucceed().Json.GetProperty("id").GetRawText(),
            (await OfferAsync(other)).ShouldSucceed().Json.GetProperty("id").GetRawText());
        var again = await market.OfferAgainAsync(ulong.Parse(one, System.Globalization.CultureInfo.InvariantCulture), first);
        var shown = await SamplesAsync(first);
        shown.ShouldNotBeEmpty();
        (await SamplesAsync(again)).ShouldBe(shown);
        (await SamplesAsync(elsewhere)).ShouldNotBe(shown, "the same points, offered in another block");

        async Task<string> SealedAsync() =>
            (await market.CreateDatasetAsync("--key", "ines", "--access", "market", "--samples", "5")).ShouldSucceed().Json
                .GetProperty("id").GetRawText();
    }

    [Fact]
    public async Task Who_may_read_is_said_in_words_that_the_command_knows()
    {
        foreach (var (said, answer) in (((string[], string)[])[
            (["--access", "friends"], "'public' or 'market'"), (["--samples", "3"], "--access market"),
            (["--worker-limit", "50"], "--access market"), (["--access", "market", "--worker-limit", "0"], "more than 0"),
            (["--access", "market", "--worker-limit", "150"], "at most 100 %"),
            (["--access", "market", "--samples", "257"], "0 to 256"), (["--access", "market", "--samples", "-1"], "0 to 256")]))
        {
            var refused = await market.CreateDatasetAsync(["--key", "ines", .. said]);
            refused.ExitCode.ShouldBe(ExitCode.Usage, refused.Output + refused.Error);
            (refused.Output + refused.Error).ShouldContain(answer);
        }
    }

    /// <summary>
    /// A key that a sealed file has for the scheduler cannot be passed off as that of a file which lies open, and be given out for it.
    /// </summary>
    private async Task NobodyElseIsGivenAKeyAsync(string sealedFile)
    {
        var job =
            (await market.RunAsync("job", "create", "--dataset", "1", "--architecture", "softmax-regression", "--epochs", "1", "--price",
                "30", "--key", "ada", "--json")).ShouldSucceed().Json.GetProperty("id").GetRawText();
        (await market.RunAsync("job", "watch", job)).ShouldSucceed();
        var open = (await RestAsync("api/v1/datasets/1/shards")).GetProperty("items")[0];
        var scheduler = (await RestAsync("compute/recipient")).GetProperty("address").GetString()!;
        await using var content = await new FolderBlobStore(Path.Combine(market.Home, "blobs")).OpenAsync(Cid.Parse(sealedFile), Stop);
        var wrapped = (await Envelope.FindKeyAsync(content, Ethereum.Address.Parse(scheduler), Stop)).ShouldNotBeNull();

        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = await NodeAsync() };
        var key = new { wrapped = $"0x{Convert.ToHexString(wrapped)}", file = open.GetProperty("cid").GetString(),
            shard = open.GetProperty("root").GetString() };
        (await http.PostAsJsonAsync("compute/shard-keys/1", key, Stop)).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        var other = key with { file = sealedFile };
        (await http.PostAsJsonAsync("compute/shard-keys/1", other, Stop)).StatusCode.ShouldBe(HttpStatusCode.Conflict,
            "the ledger announces another file");
        var kept = Path.Combine(market.Home, "content-keys", key.file!);
        File.Exists(kept).ShouldBeFalse();

        // Were it kept all the same, it would not be given.
        Directory.CreateDirectory(Path.GetDirectoryName(kept)!);
        await File.WriteAllBytesAsync(kept, wrapped, Stop);
        try
        {
            (await market.RunAsync("job", "points", job, "--out", _folder["stolen"], "--key", "ada"))
                .ShouldFailClearly(ExitCode.Refused, "that anybody may read");
        }
        finally
        {
            File.Delete(kept);
        }
    }

    /// <summary>The buyer's key opens them, nobody else is given them, and they are the points that the ledger lists.</summary>
    private async Task BuyerReadsAsync(string job, string dataset)
    {
        (await market.RunAsync("job", "points", job, "--out", _folder["others"], "--key", "ines")).ShouldFailClearly(ExitCode.Refused,
            "did not buy job");
        Directory.Exists(_folder["others"]).ShouldBeFalse();
        var written = (await market.RunAsync("job", "points", job, "--out", _folder["mine"], "--key", "ada", "--json"))
            .ShouldSucceed().Json.GetProperty("shards")[0];
        await using var file = File.OpenRead(written.GetProperty("file").GetString()!);
        var shard = await ShardFile.ReadAsync(file, 1 << 24, Stop);
        var listed = (await RestAsync($"api/v1/datasets/{dataset}/shards")).GetProperty("items")[0].GetProperty("root").GetString();
        (shard.Count, shard.Root.ToString()).ShouldBe((100, listed!));
        (await market.RunAsync("job", "points", job, "--out", "", "--key", "ada")).ShouldFailClearly(ExitCode.Usage, "names none");
        (await market.RunAsync("job", "points", job, "--out", market.Images, "--key", "ada")).ShouldFailClearly(ExitCode.BadInput,
            "is a file");
        (await market.RunAsync("job", "points", "9999", "--out", _folder["none"], "--key", "ada"))
            .ShouldFailClearly(ExitCode.NotFound, "9999");
    }

    /// <summary>The pictures that a proposal's page shows of its points, under their labels.</summary>
    private async Task<IReadOnlyList<string>> SamplesAsync(string proposal)
    {
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = await NodeAsync() };
        var page = await PageAsync($"proposals/{proposal}", "/samples/");
        var found = new List<string>();
        foreach (var path in System.Text.RegularExpressions.Regex.Matches(page, "/proposals/[0-9]+/samples/[0-9]+[.]png")
            .Select(match => match.Value).Distinct())
            found.Add($"{path[path.LastIndexOf('/')..]}: {Convert.ToHexString(await http.GetByteArrayAsync(path.TrimStart('/'), Stop))}");
        return found;
    }

    /// <summary>The node's index is a moment behind the ledger, and a page does not wait for a file that is being read.</summary>
    private async Task<string> PageAsync(string path, string says)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            try
            {
                if (await market.GetAsync(path) is var page && page.Contains(says, StringComparison.Ordinal)) return page;
            }
            catch (HttpRequestException) when (!patience.IsCancellationRequested)
            {
                // The node has not read of it.
            }

            await tick.WaitForNextTickAsync(patience.Token);
        }
    }

    private Task<Finished> OfferAsync(string dataset, params string[] more) => market.RunAsync(
        ["proposal", "create", "--dataset", dataset, "--images", market.Images, "--labels", market.Labels, "--skip", "200", "--take", "40",
            "--key", "ada", "--json", .. more]);

    private async Task RegisterAsync(string name)
    {
        await market.PartyAsync(name);
        (await market.RunAsync("worker", "register", "--stake", "100", "--key", name)).ShouldSucceed();
    }

    private async Task ShouldBeSealedAsync(string cid)
    {
        await using var file = await new FolderBlobStore(Path.Combine(market.Home, "blobs")).OpenAsync(Cid.Parse(cid), Stop);
        (await Envelope.IsOneAsync(file, Stop)).ShouldBeTrue();
        (await market.GetAsync($"ipfs/{cid}")).ShouldStartWith("DBEN");
    }

    private async Task<Uri> NodeAsync() =>
        new(JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(market.Home, "node.json"), Stop)).RootElement
            .GetProperty("address").GetString()!);

    private async Task<JsonElement> RestAsync(string path) => JsonDocument.Parse(await market.GetAsync(path)).RootElement;
}
