using System.Buffers.Binary;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Datasets;

namespace DataBright.Cli.Tests.Market;

[CollectionDefinition(nameof(RunningMarket))]
public sealed class RunningMarketCollection : ICollectionFixture<RunningMarket>;

/// <summary>
/// A node with its own market, started by the real command line; three datasets that look alike: for ballots, for screens, for jobs.
/// </summary>
public sealed partial class RunningMarket : IAsyncLifetime
{
    private const int Side = 28;

    private readonly TemporaryFolder _folder = new();
    private Databright? _node;

    public string Home => _folder.Path;

    public string Images => _folder["images"];

    public string Labels => _folder["labels"];

    public async ValueTask InitializeAsync()
    {
        WriteImages(400);
        File.WriteAllText(_folder["password"], "secret");
        _node = Databright.Start(Home, "secret", "up", "--end-with-parent", "--relayer-per-day", "1500");
        var ready = await _node.Output.ReadLineAsync();
        if (ready is null)
            Assert.Fail((await _node.EndAsync()).Error);
        ready.ShouldStartWith("ready http://");
        foreach (var name in new[] { "ines", "ada" })
            await PartyAsync(name);
        for (var i = 0; i < 3; i++)
            (await CreateDatasetAsync("--key", "ines")).ShouldSucceed();
    }

    public async ValueTask DisposeAsync()
    {
        if (_node is not null)
        {
            _node.Orphan();
            var end = await _node.EndAsync();
            end.ExitCode.ShouldBe(0);
            end.Error.ShouldNotContain("DataProtection", customMessage: "a first start has nothing to warn about");
            Directory.Exists(Path.Combine(Home, ".aspnet")).ShouldBeFalse("forms need no keys that outlive the node");
            await _node.DisposeAsync();
        }

        _folder.Dispose();
    }

    internal Task<Finished> RunAsync(params string[] words) =>
        Databright.CallAsync(Home, TakesPassword(words) ? [.. words, "--password-file", _folder["password"]] : words);

    /// <summary>Somebody with a key, ether and dollars.</summary>
    internal async Task PartyAsync(string name)
    {
        (await RunAsync("account", "new", name, "--light")).ShouldSucceed();
        (await RunAsync("account", "fund", name)).ShouldSucceed();
    }

    internal async Task<string> AddressAsync(string name) =>
        (await RunAsync("account", "list", "--json")).ShouldSucceed().Json.EnumerateArray()
            .Single(account => account.GetProperty("name").GetString() == name).GetProperty("address").GetString()!;

    internal Task<Finished> CreateDatasetAsync(params string[] more) => RunAsync(
    [
        "dataset", "create", "--name", "Bars", "--symbol", "BAR", "--images", Images, "--labels", Labels, "--take", "100",
        "--held-out-images", Images, "--held-out-labels", Labels, "--held-out-skip", "300", "--founder", "ines=60", "--founder", "ada=40",
        "--json", .. more,
    ]);

    /// <summary>Offers some of the images.</summary>
    /// <returns>The proposal's number.</returns>
    internal async Task<string> ProposeAsync(int dataset, int skip, int take) => (await RunAsync(
        "proposal", "create", "--dataset", $"{dataset}", "--images", Images, "--labels", Labels, "--skip", $"{skip}", "--take", $"{take}",
        "--key", "ines", "--json"))
        .ShouldSucceed().Json.GetProperty("id").GetRawText();

    /// <summary>Moves the chain's clock on. What others share must not be moved.</summary>
    internal async Task AdvanceAsync(TimeSpan time)
    {
        using var http = new HttpClient(new SocketsHttpHandler());
        var rpc = new JsonRpcClient(http, Rpc);
        await rpc.CallAsync(new RpcRequest("evm_increaseTime", (long)time.TotalSeconds), TestContext.Current.CancellationToken);
        await rpc.CallAsync(new RpcRequest("anvil_mine", "0x1"), TestContext.Current.CancellationToken);
    }

    /// <summary>Pays a dividend to the holders of a dataset's shares, out of new money.</summary>
    internal async Task DepositAsync(ulong dataset, ulong dollars)
    {
        using var http = new HttpClient(new SocketsHttpHandler());
        var client = new EthereumClient(new JsonRpcClient(http, Rpc), DataBright.Market.Generated.Errors.Table);
        var ledger = new Ledger(client, MarketFile.Load(Path.Combine(Home, "market.json"))!);
        using var key = DevelopmentAccounts.Key(0);
        using var deployer = new Signer(client, key, TimeProvider.System);
        await ledger.Dollars.MintAsync(deployer.Address, Money.Dollars(dollars), deployer, TestContext.Current.CancellationToken);
        await ledger.Shares.DepositAsync(new DatasetId(dataset), Money.Dollars(dollars), deployer, TestContext.Current.CancellationToken);
    }

    /// <summary>Offers the file of a proposal once more, as if it had one point more.</summary>
    /// <returns>The number of the false proposal.</returns>
    internal Task<string> OfferFalselyAsync(ulong dataset, string proposal) => OfferAgainAsync(dataset, proposal, more: 1);

    /// <summary>Offers the file of a proposal once more, to whatever dataset.</summary>
    /// <returns>The number of the new proposal.</returns>
    internal async Task<string> OfferAgainAsync(ulong dataset, string proposal, int more = 0)
    {
        var honest = (await RunAsync("proposal", "show", proposal, "--json")).ShouldSucceed().Json.GetProperty("proposal");
        using var http = new HttpClient(new SocketsHttpHandler());
        var client = new EthereumClient(new JsonRpcClient(http, Rpc), DataBright.Market.Generated.Errors.Table);
        var ledger = new Ledger(client, MarketFile.Load(Path.Combine(Home, "market.json"))!);
        using var key = DevelopmentAccounts.Key(0);
        using var deployer = new Signer(client, key, TimeProvider.System);
        await ledger.Dollars.MintAsync(deployer.Address, Money.Dollars(10), deployer, TestContext.Current.CancellationToken);
        var offered = new OfferedShard(Hash32.Parse(honest.GetProperty("shard").GetString()!),
            honest.GetProperty("count").GetInt32() + more, DataBright.Storage.Cid.Parse(honest.GetProperty("cid").GetString()!));
        return (await ledger.Proposals.ProposeAsync(new DatasetId(dataset), offered, deployer, TestContext.Current.CancellationToken))
            .ToString();
    }

    /// <summary>How the node's relayer stands.</summary>
    internal async Task<System.Text.Json.JsonElement> RelayerAsync()
    {
        using var http = new HttpClient(new SocketsHttpHandler());
        using var node = System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Home, "node.json")));
        return await http.GetFromJsonAsync<System.Text.Json.JsonElement>(
            new Uri(new Uri(node.RootElement.GetProperty("address").GetString()!), "/api/v1/relayer"),
            TestContext.Current.CancellationToken);
    }

    /// <summary>Comments are told apart by the second in which they were written.</summary>
    internal static async Task NextSecondAsync()
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() == now)
            await tick.WaitForNextTickAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>A page of the node, or a document.</summary>
    internal async Task<string> GetAsync(string path)
    {
        using var http = new HttpClient(new SocketsHttpHandler());
        var node = System.Text.Json.JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(Home, "node.json"))).RootElement
            .GetProperty("address").GetString()!;
        return await http.GetStringAsync(new Uri(new Uri(node), path), TestContext.Current.CancellationToken);
    }

    internal Uri Rpc =>
        new(System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Home, "node.json"))).RootElement.GetProperty("rpc")
            .GetString()!);

    /// <summary>What differs from run to run, by its kind.</summary>
    internal static string Normal(string text) =>
        Cut()
            .Replace(Cid().Replace(Digest().Replace(Hash().Replace(Address().Replace(Time().Replace(text, "TIME"), "ADDRESS"), "HASH"),
                "HASH"), "CID"), "ADDRESS").TrimEnd();

    internal static void WriteIdx(string images, string labels, int count, int headerCount)
    {
        var pixels = new byte[16 + count * Side * Side];
        var classes = new byte[8 + count];
        BinaryPrimitives.WriteInt32BigEndian(pixels, 0x0803);
        BinaryPrimitives.WriteInt32BigEndian(pixels.AsSpan(4), headerCount);
        BinaryPrimitives.WriteInt32BigEndian(pixels.AsSpan(8), Side);
        BinaryPrimitives.WriteInt32BigEndian(pixels.AsSpan(12), Side);
        BinaryPrimitives.WriteInt32BigEndian(classes, 0x0801);
        BinaryPrimitives.WriteInt32BigEndian(classes.AsSpan(4), headerCount);
        for (var i = 0; i < count; i++)
        {
            // A bar at the height of its class on a ground that makes every image another one, also at a glance.
            classes[8 + i] = (byte)(i % 10);
            var image = pixels.AsSpan(16 + i * Side * Side, Side * Side);
            new Random(i).NextBytes(image);
            foreach (ref var level in image)
                level /= 3;
            image.Slice(2 * (i % 10) * Side, 2 * Side).Fill(200);
        }

        File.WriteAllBytes(images, pixels);
        File.WriteAllBytes(labels, classes);
    }

    /// <summary>Whether somebody acts in these words, and says no other password.</summary>
    private static bool TakesPassword(string[] words) =>
        !words.Contains("--password-file") && (words.Contains("--key") || words is ["account", "new", ..] or ["share", "claim", ..]);

    private void WriteImages(int count) => WriteIdx(Images, Labels, count, count);

    [GeneratedRegex(@"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)? UTC")]
    private static partial Regex Time();

    [GeneratedRegex("0x[0-9a-fA-F]{40}(?![0-9a-fA-F])")]
    private static partial Regex Address();

    [GeneratedRegex("0x[0-9a-f]{64}")]
    private static partial Regex Hash();

    [GeneratedRegex(@"\b[0-9a-f]{64}\b")]
    private static partial Regex Digest();

    [GeneratedRegex(@"\bbaf[a-z2-7]{50,}\b")]
    private static partial Regex Cid();

    [GeneratedRegex("0x[0-9a-fA-F]{6}…[0-9a-fA-F]{4}")]
    private static partial Regex Cut();
}
