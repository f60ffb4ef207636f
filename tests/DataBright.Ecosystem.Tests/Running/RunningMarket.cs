using System.Globalization;
using System.Text.Json;
using DataBright.Ethereum;
using DataBright.Market;

namespace DataBright.Ecosystem.Tests.Running;

[CollectionDefinition(nameof(RunningMarket))]
public sealed class RunningMarketCollection : ICollectionFixture<RunningMarket>;

/// <summary>A chain, a market and a node with a relayer, started by the real command line; one dataset of ines and ben.</summary>
public sealed class RunningMarket : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("databright-ecosystem-");
    private Program? _node;

    public string Home => _folder.FullName;

    public string Rpc => Word("rpc");

    public string Node => Word("address");

    public string MarketFile => Path.Combine(Home, "market.json");

    public MarketAddresses Addresses => Market.MarketFile.Load(MarketFile)!;

    public string KeystoreOf(string name) => Path.Combine(Home, "keys", $"{name}.json");

    public async ValueTask InitializeAsync()
    {
        _node = Program.Start(Program.Databright, Home, "up", "--end-with-parent");
        var ready = await _node.Output.ReadLineAsync(TestContext.Current.CancellationToken);
        if (ready is null) Assert.Fail((await _node.EndAsync()).Error);
        ready.ShouldStartWith("ready http://");
        foreach (var name in new[] { "ines", "ben" })
        {
            await RunAsync("account", "new", name, "--light");
            await RunAsync("account", "fund", name);
        }
        await RunAsync(
            "dataset", "create", "--name", "Waves", "--symbol", "WAV", "--csv", Table("first", 0, 60), "--held-out-csv",
            Table("held", 200, 40), "--classes", "low,high",
            "--founder", "ines=60", "--founder", "ben=40", "--key", "ines");
    }

    public async ValueTask DisposeAsync()
    {
        if (_node is not null)
        {
            _node.CloseInput();
            (await _node.EndAsync()).ExitCode.ShouldBe(0);
            await _node.DisposeAsync();
        }
        _folder.Delete(recursive: true);
    }

    /// <summary>Runs a command that must succeed.</summary>
    internal async Task<Finished> RunAsync(params string[] words) =>
        (await Program.RunAsync(Program.Databright, Home, words)).ShouldSucceed();

    /// <summary>Offers some points to the dataset.</summary>
    /// <returns>The proposal's number.</returns>
    internal async Task<string> ProposeAsync(int from) =>
        (await RunAsync("proposal", "create", "--dataset", "1", "--csv", Table($"from{from}", from, 20), "--classes", "low,high",
            "--anyway", "--key", "ines", "--json")).Json.GetProperty("id").GetRawText();

    /// <summary>Opens a keystore of the data folder.</summary>
    internal EthereumKey Key(string name) => Keystore.Load(KeystoreOf(name), "secret");

    private string Word(string name)
    {
        using var node = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Home, "node.json")));
        return node.RootElement.GetProperty(name).GetString()!;
    }

    private string Table(string name, int from, int count)
    {
        var path = Path.Combine(Home, $"{name}.csv");
        File.WriteAllText(path, "a,b,kind\n" + string.Concat(Enumerable.Range(from, count).Select(i =>
            string.Create(CultureInfo.InvariantCulture,
                $"{Math.Sin(i * 12.9898) * 50:0.0000},{Math.Cos(i * 78.233) * 50:0.0000},{(i % 2 == 0 ? "low" : "high")}\n"))));
        return path;
    }
}
