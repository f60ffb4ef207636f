using System.Diagnostics;
using DataBright.Terminal;

namespace DataBright.Cli.Tests.Market;

/// <summary>A contributor with a data folder of their own brings points to a node elsewhere, which is killed in the middle.</summary>
public sealed class UploadTests : IDisposable
{
    private const string Offer = "proposal create --dataset 1 --key ines --json";

    private readonly TemporaryFolder _node = new(), _contributor = new();

    public void Dispose()
    {
        _node.Dispose();
        _contributor.Dispose();
    }

    [Fact]
    public async Task A_shard_is_uploaded_before_it_is_proposed_and_a_killed_node_costs_only_a_piece()
    {
        string images = _node["images"], labels = _node["labels"], password = _node["password"];
        RunningMarket.WriteIdx(images, labels, 26_000, 26_000);
        File.WriteAllText(password, "secret");
        var node = await StartAsync();
        await CallAsync(_node.Path, "account", "new", "ines", "--light");
        await CallAsync(_node.Path, "account", "fund", "ines");
        await CallAsync(_node.Path, "dataset", "create", "--name", "Bars", "--symbol", "BAR", "--images", images, "--labels", labels,
            "--take", "100",
            "--held-out-images", images, "--held-out-labels", labels, "--held-out-skip", "25900", "--key", "ines");
        // Ended in order, the chain is saved; what comes now may be lost with the node, and nothing else.
        await EndAsync(node);
        node = await StartAsync();

        // Somebody else's folder: the market's addresses and a key, none of the node's files.
        File.Copy(_node["market.json"], _contributor["market.json"]);
        Directory.CreateDirectory(_contributor["keys"]);
        foreach (var key in Directory.GetFiles(_node["keys"]))
            File.Copy(key, Path.Combine(_contributor["keys"], Path.GetFileName(key)));
        string[] offer = [.. Offer.Split(' '), "--password-file", password, "--images", images, "--labels", labels, "--skip", "100",
            "--take", "25000"];

        // Twenty megabytes go in pieces; the node dies when the first of them has been acknowledged.
        var (address, rpc) = Place();
        var upload = Databright.CallAsync(_contributor.Path, [.. offer, "--node", address, "--rpc", rpc]);
        await UntilAsync(() => Directory.Exists(_node["uploads"]) && Directory.GetFiles(_node["uploads"], "*.offset").Length > 0);
        node.Kill();
        var cut = await upload;
        cut.ExitCode.ShouldBe(ExitCode.Unreachable, cut.Output);
        cut.Json.GetProperty("error").GetString()!.ShouldContain("run this again to go on");
        var kept = new FileInfo(Directory.GetFiles(_node["uploads"], "*.bytes").Single()).Length;
        kept.ShouldBeGreaterThanOrEqualTo(4 << 20);
        await node.DisposeAsync();

        node = await StartAsync(new Uri(address).Port);
        (_, rpc) = Place();
        var done = await Databright.CallAsync(_contributor.Path, [.. offer, "--node", address, "--rpc", rpc]);
        done.ShouldSucceed();
        var tenths = done.Error.Split('\n').Where(line => line.StartsWith("Uploading to", StringComparison.Ordinal)).ToArray();
        tenths[0].ShouldNotContain(" 0 % of", Case.Sensitive, "it went on, and did not begin again");
        tenths[^1].ShouldContain("100 % of");
        var cid = done.Json.GetProperty("cid").GetString()!;
        // The store's book of guests has an entry of that name, too, until the proposal is read.
        Directory.GetFiles(_node["blobs"], cid, SearchOption.AllDirectories)
            .Count(path => new FileInfo(path).Directory!.Name != "guests").ShouldBe(1);
        done.Json.GetProperty("duplicates").GetInt32().ShouldBe(0, "the node compared what the contributor could not");
        await EndAsync(node);

        async Task EndAsync(Databright running)
        {
            running.Orphan();
            (await running.EndAsync()).ExitCode.ShouldBe(0);
            await running.DisposeAsync();
        }

        async Task CallAsync(string home, params string[] words) =>
            (await Databright.CallAsync(home, words is ["account", "fund", ..] ? words : [.. words, "--password-file", password]))
                .ShouldSucceed();
    }

    private async Task<Databright> StartAsync(int port = 0)
    {
        var node = Databright.Start(_node.Path, "secret", "up", "--end-with-parent", "--listen", $"http://127.0.0.1:{port}");
        if (await node.Output.ReadLineAsync(TestContext.Current.CancellationToken) is not { } ready)
            throw new InvalidOperationException((await node.EndAsync()).Error);
        ready.ShouldStartWith("ready http://");
        return node;
    }

    private (string Node, string Rpc) Place()
    {
        using var word = System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(_node["node.json"]));
        return (word.RootElement.GetProperty("address").GetString()!, word.RootElement.GetProperty("rpc").GetString()!);
    }

    private static async Task UntilAsync(Func<bool> good)
    {
        var begun = Stopwatch.GetTimestamp();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!good() && Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(30))
            await tick.WaitForNextTickAsync(TestContext.Current.CancellationToken);
    }
}
