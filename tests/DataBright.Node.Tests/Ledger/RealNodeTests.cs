using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using DataBright.Ethereum;
using DataBright.Learning;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Generated;
using DataBright.Market.Jobs;
using DataBright.Market.Proposals;
using DataBright.Market.Storage;

namespace DataBright.Node.Tests.Ledger;

/// <summary>A real node over a real chain with a real market on it: what happens there is read, shown and told as it happened.</summary>
public sealed class RealNodeTests : IAsyncLifetime
{
    private const string Description =
        """
        # Digits
        Small grey pictures <b>by hand</b>.
        Purpose: tests. Licence: CC0.
        """;

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("databright-node");
    private readonly List<IDisposable> _owned = [];
    private EmbeddedChain _chain = null!;
    private EthereumClient _client = null!;
    private Signer _house = null!;
    private Market.Ledger _ledger = null!;
    private FolderBlobStore _blobs = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private NodeOptions Options => new() { Home = _home.FullName, Chain = _chain.Url };

    public async ValueTask InitializeAsync()
    {
        _chain = await EmbeddedChain.StartAsync(new EmbeddedChainOptions(Path.Combine(_home.FullName, "chain")) { SaveEvery = TimeSpan.FromHours(1) });
        _client = new EthereumClient(_chain.Rpc, Errors.Table);
        _house = Party(0);
        var market = await MarketDeployment.DeployAsync(_client, new MarketTerms(), _house, Stop);
        market.Save(Path.Combine(_home.FullName, "market.json"));
        _ledger = new Market.Ledger(_client, market);
        _blobs = new FolderBlobStore(Path.Combine(_home.FullName, "blobs"));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var owned in Enumerable.Reverse(_owned)) owned.Dispose();
        if (_chain is not null) await _chain.DisposeAsync();
        _home.Delete(recursive: true);
    }

    [Fact]
    public async Task What_happens_on_the_ledger_is_shown_while_the_node_runs_and_after_it_starts_again()
    {
        Signer anna = Party(1), ben = Party(2);
        await _ledger.Dollars.MintAsync(anna.Address, Money.Dollars(1_000), _house, Stop);
        await _ledger.Dollars.MintAsync(ben.Address, Money.Dollars(1_000), _house, Stop);
        var founding = Pictures(40, seed: 1);
        var dataset = await FoundAsync(anna, founding);

        await using (var node = await NodeHost.StartAsync(Options, Stop))
        {
            using var http = Http(node);
            // Twenty new points and ten that the dataset has already.
            var offer = Joined(Pictures(20, seed: 2), founding.Select([.. Enumerable.Range(0, 10)]));
            var cid = await _blobs.PutAsync(ShardFile.ToBytes(offer), Stop);
            var proposal = await _ledger.Proposals.ProposeAsync(dataset.Id, new OfferedShard(offer.Root, offer.Count, cid), ben, Stop);
            await _ledger.Proposals.VoteAsync(proposal, Choice.Yes, "<script>alert(1)</script>", anna, Stop);

            var seen = await UntilAsync(http, $"/api/v1/proposals/{proposal}", json => json.GetProperty("summary").GetProperty("tally").GetProperty("yes").GetString() == "100");
            seen.GetProperty("summary").GetProperty("state").GetString().ShouldBe("open");
            seen.GetProperty("duplicates").GetRawText().ShouldBe("""{"inDataset":10,"withinShard":0,"points":30,"total":10}""");
            seen.GetProperty("cid").GetString().ShouldBe(cid.ToString());
            (await http.GetStringAsync($"/proposals/{proposal}", Stop)).ShouldSatisfyAllConditions(
                html => html.ShouldContain("&lt;script&gt;alert(1)&lt;/script&gt;"),
                html => html.ShouldContain("/samples/0.png"),
                html => html.ShouldContain("10 of 30 points are not new"));
            (await http.GetByteArrayAsync($"/ipfs/{cid}", Stop)).ShouldBe(ShardFile.ToBytes(offer));

            await _ledger.Proposals.FinaliseAsync(proposal, ben, Stop);
            await _ledger.Shares.DepositAsync(dataset.Id, Money.Dollars(13), anna, Stop);
            await UntilAsync(http, $"/api/v1/datasets/{dataset.Id}", json => json.GetProperty("summary").GetProperty("revenue").GetString() == "13.00");
            var portfolio = await http.GetFromJsonAsync<JsonElement>($"/api/v1/portfolios/{ben.Address}", Stop);
            portfolio.GetProperty("claimable").GetString().ShouldBe((await _ledger.Shares.ClaimableAsync(dataset.Id, ben.Address, Stop)).ToString());
            portfolio.GetProperty("holdings")[0].GetProperty("shares").GetString().ShouldBe("30");
            var impact = await http.GetFromJsonAsync<JsonElement>($"/api/v1/datasets/{dataset.Id}/impact", Stop);
            var bens = impact.GetProperty("contributors").EnumerateArray().Single(one => one.GetProperty("contributor").GetString() == ben.Address.ToString());
            bens.GetProperty("points").GetInt32().ShouldBe(30);
            bens.GetProperty("income").GetString().ShouldBe(portfolio.GetProperty("claimable").GetString());
        }

        // The index is thrown away; the chain is the truth.
        foreach (var file in _home.GetFiles("index.db*")) file.Delete();
        await using (var node = await NodeHost.StartAsync(Options, Stop))
        {
            using var http = Http(node);
            var found = await UntilAsync(http, $"/api/v1/datasets/{dataset.Id}", json => json.GetProperty("supply").GetString() == "130");
            found.GetProperty("licence").GetString().ShouldBe("CC0");
            found.GetProperty("schema").GetString().ShouldBe("u8 1×6×6, 3 classes");
            found.GetProperty("summary").GetProperty("purpose").GetString().ShouldBe("Small grey pictures <b>by hand</b>. Purpose: tests.");
            found.GetProperty("policy").GetProperty("votingPeriod").GetString().ShouldBe("PT1H");
            var shards = await http.GetFromJsonAsync<JsonElement>($"/api/v1/datasets/{dataset.Id}/shards", Stop);
            shards.GetProperty("items").EnumerateArray().Select(shard => shard.GetProperty("points").GetInt32()).ShouldBe([40, 30]);
            var page = await http.GetStringAsync($"/datasets/{dataset.Id}", Stop);
            page.ShouldContain("&lt;b&gt;by hand&lt;/b&gt;");
            page.ShouldContain("130 DIG");
            using var ready = await http.GetAsync("/ready", Stop);
            ready.StatusCode.ShouldBe(HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task A_node_whose_chain_goes_away_says_so_and_shows_what_it_has_read()
    {
        Signer anna = Party(1);
        await using var node = await NodeHost.StartAsync(Options, Stop);
        using var http = Http(node);
        var dataset = await FoundAsync(anna, Pictures(5, seed: 3));
        await UntilAsync(http, $"/api/v1/datasets/{dataset.Id}", _ => true);

        await _chain.DisposeAsync();

        await UntilAsync(http, "/ready", json => json.GetProperty("detail").GetString()!.Contains("does not answer", StringComparison.Ordinal), HttpStatusCode.ServiceUnavailable);
        (await http.GetStringAsync($"/datasets/{dataset.Id}", Stop)).ShouldContain("does not answer; this is what was read");
        var portfolio = await http.GetFromJsonAsync<JsonElement>($"/api/v1/portfolios/{anna.Address}", Stop);
        portfolio.GetProperty("claimable").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task A_node_that_lacks_something_says_what_before_it_listens()
    {
        using var key = EthereumKey.Generate();
        (await FailAsync(Options with { Home = Path.Combine(_home.FullName, "nowhere") })).ShouldContain("There is no market in");
        (await FailAsync(Options with { Roles = NodeRoles.Scheduler, Referee = new Uri("http://127.0.0.1:1") })).ShouldContain("A scheduler needs its trusted key");
        (await FailAsync(Options with { Roles = NodeRoles.Referee })).ShouldContain("A referee needs its trusted key");
        (await FailAsync(Options with { Roles = NodeRoles.Scheduler, Key = key })).ShouldContain("A scheduler needs a referee");

        async Task<string> FailAsync(NodeOptions options) => (await Should.ThrowAsync<NodeCannotStartException>(() => NodeHost.StartAsync(options, Stop))).Message;
    }

    [Fact]
    public async Task A_node_does_not_start_on_a_chain_without_its_market()
    {
        var market = MarketAddresses.Load(Path.Combine(_home.FullName, "market.json"))!;
        (market with { Jobs = _house.Address }).Save(Path.Combine(_home.FullName, "market.json"));
        await Should.ThrowAsync<MarketMissingException>(() => NodeHost.StartAsync(Options, Stop));
    }

    [Fact]
    public async Task Scheduler_and_referee_answer_on_nodes_of_their_own()
    {
        using var schedulerKey = EthereumKey.Generate();
        using var refereeKey = EthereumKey.Generate();
        await _ledger.TrustedKeys.RegisterAsync(schedulerKey.Address, TrustedRole.Scheduler, Attestation.None, null, _house, Stop);
        await _ledger.TrustedKeys.RegisterAsync(refereeKey.Address, TrustedRole.Referee, Attestation.None, null, _house, Stop);

        await using var referee = await NodeHost.StartAsync(Options with { Roles = NodeRoles.Referee, Key = refereeKey }, Stop);
        await using var scheduler = await NodeHost.StartAsync(Options with { Roles = NodeRoles.Web | NodeRoles.Scheduler, Key = schedulerKey, Referee = referee.Address }, Stop);
        using HttpClient ofReferee = Http(referee), ofScheduler = Http(scheduler);

        (await ofReferee.GetStringAsync("/referee/address", Stop)).ShouldBe(refereeKey.Address.ToString());
        (await ofReferee.GetStringAsync("/health", Stop)).ShouldBe("alive");
        (await ofReferee.GetAsync("/", Stop)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var domain = await ofScheduler.GetFromJsonAsync<JsonElement>("/compute/domain", Stop);
        domain.ToString().ShouldContain(_ledger.Addresses.Jobs.ToString());
        (await UntilAsync(ofScheduler, "/api/v1/trusted-keys", json => json.GetArrayLength() == 2))[0].GetProperty("attestation").GetString().ShouldBe("none");
        (await ofScheduler.GetStringAsync("/workers", Stop)).ShouldContain("none (development)");
    }

    private async Task<Dataset> FoundAsync(Signer initiator, Shard founding)
    {
        var description = await _blobs.PutAsync(Encoding.UTF8.GetBytes(Description), Stop);
        await _blobs.PutAsync(Encoding.UTF8.GetBytes(founding.Schema.ToJson()), Stop);
        var cid = await _blobs.PutAsync(ShardFile.ToBytes(founding), Stop);
        var policy = new DatasetPolicy { VotingPeriod = TimeSpan.FromHours(1), LateQuorum = TimeSpan.Zero, QuorumBps = 5_000, GainBonusBps = 0 };
        return await _ledger.Datasets.CreateAsync(new DatasetCharter(
            description.Hash, founding.Schema.Hash, Digest.Of("held out"u8), "Digits", "DIG", policy, [new Founder(initiator.Address, ShareAmount.Whole(100))],
            new OfferedShard(founding.Root, founding.Count, cid)), initiator, Stop);
    }

    private Signer Party(int account)
    {
        var key = DevelopmentAccounts.Key(account);
        _owned.Add(key);
        var signer = new Signer(_client, key, TimeProvider.System);
        _owned.Add(signer);
        return signer;
    }

    private static HttpClient Http(NodeHost node) => new(new SocketsHttpHandler()) { BaseAddress = node.Address };

    /// <summary>Asks until the node has read what it takes. A deadline ends a test that would wait for ever.</summary>
    private static async Task<JsonElement> UntilAsync(HttpClient http, string path, Func<JsonElement, bool> good, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(TimeSpan.FromSeconds(45));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            using var response = await http.GetAsync(path, patience.Token);
            var json = await response.Content.ReadFromJsonAsync<JsonElement>(patience.Token);
            if (response.StatusCode == status && good(json)) return json;
            await tick.WaitForNextTickAsync(patience.Token);
        }
    }

    private static Shard Pictures(int count, int seed)
    {
        var schema = new DataSchema(ElementType.UInt8, [1, 6, 6], 3);
        var features = new byte[count * schema.FeatureBytes];
        for (int i = 0; i < features.Length; i++) features[i] = (byte)(seed * 67 + i * (seed + 5) + i / 36 * 13);
        return new Shard(schema, features, [.. Enumerable.Range(0, count).Select(i => i % 3)]);
    }

    private static Shard Joined(Shard one, Shard two) =>
        new(one.Schema, (byte[])[.. one.Features.Span, .. two.Features.Span], [.. one.Labels, .. two.Labels]);
}
