using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Proposals;
using DataBright.Market.Trust;
using DataBright.Node.Configuration;
using DataBright.Storage;

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
    private MarketChain _market = null!;
    private FolderBlobStore _blobs = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private NodeOptions Options => new() { Home = _home.FullName, Chain = _market.Chain.Url };

    public async ValueTask InitializeAsync()
    {
        _market = await MarketChain.StartAsync(_home.FullName);
        _market.SaveTo(_home.FullName);
        _blobs = new FolderBlobStore(Path.Combine(_home.FullName, "blobs"));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var owned in Enumerable.Reverse(_owned)) owned.Dispose();
        if (_market is not null) await _market.DisposeAsync();
        _home.Delete(recursive: true);
    }

    [Fact]
    public async Task What_happens_on_the_ledger_is_shown_while_the_node_runs_and_after_it_starts_again()
    {
        Signer anna = Party(1), ben = Party(2);
        await _market.Ledger.Dollars.MintAsync(anna.Address, Money.Dollars(1_000), _market.Deployer, Stop);
        await _market.Ledger.Dollars.MintAsync(ben.Address, Money.Dollars(1_000), _market.Deployer, Stop);
        var founding = Pictures(40, seed: 1);
        var dataset = await FoundAsync(anna, founding);

        await using (var node = await NodeHost.StartAsync(Options, Stop))
        {
            using var http = Http(node);
            // Twenty new points and ten that the dataset has already.
            var offer = Joined(Pictures(20, seed: 2), founding.Select([.. Enumerable.Range(0, 10)]));
            var cid = await _blobs.PutAsync(ShardFile.ToBytes(offer), Stop);
            var proposal = await _market.Ledger.Proposals.ProposeAsync(dataset.Id,
                new OfferedShard(offer.Root, offer.Count, cid), ben, Stop);
            await _market.Ledger.Proposals.VoteAsync(proposal, Choice.Yes, "<script>alert(1)</script>", anna, Stop);

            var seen = await UntilAsync(http, $"/api/v1/proposals/{proposal}",
                json => json.GetProperty("summary").GetProperty("tally").GetProperty("yes").GetString() == "100");
            seen.GetProperty("summary").GetProperty("state").GetString().ShouldBe("open");
            new[] { "inDataset", "withinShard", "points", "total" }
                .Select(name => seen.GetProperty("duplicates").GetProperty(name).GetInt32()).ShouldBe([10, 0, 30, 10]);
            seen.GetProperty("cid").GetString().ShouldBe(cid.ToString());
            (await http.GetStringAsync($"/proposals/{proposal}", Stop)).ShouldSatisfyAllConditions(
                html => html.ShouldContain("&lt;script&gt;alert(1)&lt;/script&gt;"),
                html => html.ShouldContain("/samples/0.png"),
                html => html.ShouldContain("10 of 30 points are not new"));
            (await http.GetByteArrayAsync($"/ipfs/{cid}", Stop)).ShouldBe(ShardFile.ToBytes(offer));

            await _market.Ledger.Proposals.FinaliseAsync(proposal, ben, Stop);
            await _market.Ledger.Shares.DepositAsync(dataset.Id, Money.Dollars(13), anna, Stop);
            await UntilAsync(http, $"/api/v1/datasets/{dataset.Id}",
                json => json.GetProperty("summary").GetProperty("revenue").GetString() == "13.00");
            var portfolio = await http.GetFromJsonAsync<JsonElement>($"/api/v1/portfolios/{ben.Address}", Stop);
            portfolio.GetProperty("claimable").GetString()
                .ShouldBe((await _market.Ledger.Shares.ClaimableAsync(dataset.Id, ben.Address, Stop)).ToString());
            portfolio.GetProperty("holdings")[0].GetProperty("shares").GetString().ShouldBe("30");
            var impact = await http.GetFromJsonAsync<JsonElement>($"/api/v1/datasets/{dataset.Id}/impact", Stop);
            var bens = impact.GetProperty("contributors").EnumerateArray()
                .Single(one => one.GetProperty("contributor").GetString() == ben.Address.ToString());
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
    public async Task A_shard_is_compared_with_its_dataset_before_and_after_it_is_proposed()
    {
        Signer anna = Party(1), ben = Party(2);
        await _market.Ledger.Dollars.MintAsync(anna.Address, Money.Dollars(1_000), _market.Deployer, Stop);
        await _market.Ledger.Dollars.MintAsync(ben.Address, Money.Dollars(1_000), _market.Deployer, Stop);
        var founding = Noise(40, seed: 1);
        var dataset = await FoundAsync(anna, founding);
        // Two exact copies, five brighter ones under other labels, one copy of a new point, and the rest new.
        var fresh = Noise(9, seed: 2);
        var offer = Joined(Joined(founding.Select([3, 4]), Brighter(founding.Select([10, 11, 12, 13, 14]))),
            Joined(fresh, Brighter(fresh.Select([2]))));
        await using var node = await NodeHost.StartAsync(Options with { Uploads = new() { OpenOnThisMachine = true } }, Stop);
        using var http = Http(node);
        await UntilAsync(http, $"/api/v1/datasets/{dataset.Id}", _ => true);

        var cid = await _blobs.PutAsync(ShardFile.ToBytes(offer), Stop);
        var check = await CheckAsync(cid, HttpStatusCode.OK);
        check.GetProperty("root").GetString().ShouldBe(offer.Root.ToString());
        check.GetProperty("points").GetInt32().ShouldBe(17);
        var duplicates = check.GetProperty("duplicates");
        duplicates.GetProperty("inDataset").GetInt32().ShouldBe(2);
        var near = duplicates.GetProperty("near");
        (near.GetProperty("inDataset").GetInt32(), near.GetProperty("withinShard").GetInt32()).ShouldBe((5, 1));
        near.GetProperty("pairs").EnumerateArray().Select(pair => pair.GetProperty("point").GetInt32())
            .ShouldBe([2, 3, 4, 5, 6, 16], ignoreOrder: true);

        (await CheckAsync(Cid.Raw(Digest.Of("elsewhere"u8)), HttpStatusCode.NotFound)).GetProperty("detail").GetString()!
            .ShouldContain("is not in");
        (await CheckAsync(await _blobs.PutAsync("GIF89a"u8.ToArray(), Stop), HttpStatusCode.UnprocessableEntity)).GetProperty("detail")
            .GetString()!.ShouldContain("cut off");
        (await CheckAsync(await _blobs.PutAsync(ShardFile.ToBytes(Pictures(3, 1)), Stop), HttpStatusCode.UnprocessableEntity))
            .GetProperty("detail").GetString()!.ShouldContain("those of dataset 1 are u8 1×12×12");
        (await http.PostAsync("/api/v1/datasets/900/checks", JsonContent.Create(new { cid = $"{cid}" }), Stop)).StatusCode
            .ShouldBe(HttpStatusCode.NotFound);

        var proposal = await _market.Ledger.Proposals.ProposeAsync(dataset.Id, new OfferedShard(offer.Root, offer.Count, cid), ben, Stop);
        var seen = await UntilAsync(http, $"/api/v1/proposals/{proposal}", json => json.TryGetProperty("duplicates", out _));
        seen.GetProperty("duplicates").ToString().ReplaceLineEndings("").Replace(" ", "")
            .ShouldBe(duplicates.ToString().ReplaceLineEndings("").Replace(" ", ""));
        (await http.GetStringAsync($"/proposals/{proposal}", Stop)).ShouldSatisfyAllConditions(
            html => html.ShouldContain("6 near-copies"),
            html => html.ShouldContain($"src=\"/proposals/{proposal}/near.png\" width=\"{6 * 13 - 1}\" height=\"25\""));
        (await http.GetByteArrayAsync($"/proposals/{proposal}/near.png", Stop)).AsSpan(1, 3).SequenceEqual("PNG"u8).ShouldBeTrue();
        (await http.GetAsync("/proposals/900/near.png", Stop)).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        async Task<JsonElement> CheckAsync(Cid file, HttpStatusCode status)
        {
            using var answer = await http.PostAsync($"/api/v1/datasets/{dataset.Id}/checks",
                JsonContent.Create(new { cid = file.ToString() }), Stop);
            answer.StatusCode.ShouldBe(status, await answer.Content.ReadAsStringAsync(Stop));
            return await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
        }
    }

    [Fact]
    public async Task A_link_in_somebodys_words_is_text_and_nobody_follows_it()
    {
        using var trap = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        trap.Start();
        string[] links =
        [
            $"http://127.0.0.1:{((IPEndPoint)trap.LocalEndpoint).Port}/latest/meta-data", "http://169.254.169.254/latest/meta-data/",
            "file:///etc/passwd", "javascript:alert(1)", "gopher://127.0.0.1:70/",
        ];
        // As Markdown, as HTML, and as the Croissant card that other catalogues would follow.
        var words = string.Join(' ', links.Select(link => $"[read]({link})")) + "\n"
            + string.Join('\n', links.Select(link => $"<img src={link}> {{\"@type\":\"cr:FileObject\",\"contentUrl\":\"{link}\"}}"));
        await using var node = await NodeHost.StartAsync(Options, Stop);
        using var http = Http(node);
        var dataset = await FoundAsync(Party(1), Pictures(5, seed: 4), $"# Links\n{words}", []);
        await UntilAsync(http, $"/api/v1/datasets/{dataset.Id}", _ => true);

        foreach (var page in new[] { $"/datasets/{dataset.Id}", $"/api/v1/datasets/{dataset.Id}", "/" })
        {
            var text = await http.GetStringAsync(page, Stop);
            foreach (var harm in new[] { "http://127.0.0.1:", "http://169", "file:", "javascript:", "gopher:" }
                .SelectMany(scheme => new[] { $"href=\"{scheme}", $"src=\"{scheme}", $"src={scheme}" }))
                if (page.StartsWith("/api", StringComparison.Ordinal)) continue;
                else text.Replace("&lt;img src=", "").ShouldNotContain(harm, Case.Insensitive, page);
            if (page.StartsWith("/datasets", StringComparison.Ordinal))
                foreach (var link in links) text.ShouldContain(link, Case.Sensitive, "it is shown as text");
        }
        trap.Pending().ShouldBeFalse("the node asked where a stranger's link leads");
    }

    [Fact]
    public async Task A_node_whose_chain_goes_away_says_so_and_shows_what_it_has_read()
    {
        Signer anna = Party(1);
        await using var node = await NodeHost.StartAsync(Options, Stop);
        using var http = Http(node);
        var dataset = await FoundAsync(anna, Pictures(5, seed: 3));
        await UntilAsync(http, $"/api/v1/datasets/{dataset.Id}", _ => true);

        await _market.Chain.DisposeAsync();

        await UntilAsync(http, "/ready",
            json => json.GetProperty("detail").GetString()!.Contains("does not answer", StringComparison.Ordinal),
            HttpStatusCode.ServiceUnavailable);
        (await http.GetStringAsync($"/datasets/{dataset.Id}", Stop)).ShouldContain("does not answer; this is what was read");
        var portfolio = await http.GetFromJsonAsync<JsonElement>($"/api/v1/portfolios/{anna.Address}", Stop);
        portfolio.GetProperty("claimable").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task A_node_that_lacks_something_says_what_before_it_listens()
    {
        using var key = EthereumKey.Generate();
        (await FailAsync(Options with { Home = Path.Combine(_home.FullName, "nowhere") })).ShouldContain("There is no market in");
        (await FailAsync(Options with { Roles = NodeRoles.Scheduler, Referee = new Uri("http://127.0.0.1:1") }))
            .ShouldContain("A scheduler needs its trusted key");
        (await FailAsync(Options with { Roles = NodeRoles.Referee })).ShouldContain("A referee needs its trusted key");
        (await FailAsync(Options with { LocalAccounts = true, Uploads = new() { Hosts = ["node.example"] } }))
            .ShouldContain("A node with a public name is reached by others");
        (await FailAsync(Options with { Roles = NodeRoles.Scheduler, Key = key })).ShouldContain("A scheduler needs a referee");

        async Task<string> FailAsync(NodeOptions options) =>
            (await Should.ThrowAsync<NodeCannotStartException>(() => NodeHost.StartAsync(options, Stop))).Message;
    }

    [Fact]
    public async Task A_node_does_not_start_on_a_chain_without_its_market()
    {
        var market = MarketFile.Load(Path.Combine(_home.FullName, "market.json"))!;
        market.With("Jobs", _market.Deployer.Address).Save(Path.Combine(_home.FullName, "market.json"));
        await Should.ThrowAsync<MarketMissingException>(() => NodeHost.StartAsync(Options, Stop));
    }

    [Fact]
    public async Task Scheduler_and_referee_answer_on_nodes_of_their_own()
    {
        using var schedulerKey = EthereumKey.Generate();
        using var refereeKey = EthereumKey.Generate();
        await _market.Ledger.TrustedKeys.RegisterAsync(schedulerKey.Address, TrustedRole.Scheduler, Attestation.None, null,
            _market.Deployer, Stop);
        await _market.Ledger.TrustedKeys.RegisterAsync(refereeKey.Address, TrustedRole.Referee, Attestation.None, null,
            _market.Deployer, Stop);

        await using var referee = await NodeHost.StartAsync(Options with { Roles = NodeRoles.Referee, Key = refereeKey }, Stop);
        await using var scheduler = await NodeHost.StartAsync(Options
            with { Roles = NodeRoles.Web | NodeRoles.Scheduler, Key = schedulerKey, Referee = referee.Address }, Stop);
        using HttpClient ofReferee = Http(referee), ofScheduler = Http(scheduler);

        (await ofReferee.GetStringAsync("/referee/address", Stop)).ShouldBe(refereeKey.Address.ToString());
        (await ofReferee.GetStringAsync("/health", Stop)).ShouldBe("alive");
        (await ofReferee.GetAsync("/", Stop)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var domain = await ofScheduler.GetFromJsonAsync<JsonElement>("/compute/domain", Stop);
        domain.ToString().ShouldContain(_market.Ledger.Addresses.Jobs.ToString());
        (await UntilAsync(ofScheduler, "/api/v1/trusted-keys", json => json.GetArrayLength() == 2))[0].GetProperty("attestation")
            .GetString().ShouldBe("none");
        (await ofScheduler.GetStringAsync("/workers", Stop)).ShouldContain("none (development)");
    }

    [Fact]
    public async Task A_shareholder_without_ether_comments_votes_and_is_paid_through_the_node()
    {
        Signer anna = Party(1), ben = Party(2);
        using var relayer = EthereumKey.Generate();
        await _market.Chain.FundAsync(relayer.Address, Uint256.Parse("1000000000000000000"), Stop);
        await _market.Ledger.Dollars.MintAsync(ben.Address, Money.Dollars(1_000), _market.Deployer, Stop);
        var dataset = await FoundAsync(anna, Pictures(10, seed: 1));
        var offer = Pictures(20, seed: 2);
        var proposal = await _market.Ledger.Proposals.ProposeAsync(dataset.Id,
            new OfferedShard(offer.Root, offer.Count, await _blobs.PutAsync(ShardFile.ToBytes(offer), Stop)), ben, Stop);
        var ether = await _market.Client.BalanceAsync(anna.Address, stop: Stop);

        await using var node = await NodeHost.StartAsync(Options with { Relayer = relayer }, Stop);
        using var http = Http(node);
        await UntilAsync(http, $"/api/v1/proposals/{proposal}", _ => true);
        (await http.GetFromJsonAsync<JsonElement>("/api/v1/relayer", Stop)).GetProperty("carries").GetBoolean().ShouldBeTrue();

        // What the proposer and a shareholder say.
        var comment = await SignedAsync(http, $"proposals/{proposal}/comments", new { author = ben.Address, text = "From our own clinic." },
            ben.Key, "author", "text", "at");
        var reply = await SignedAsync(http, $"proposals/{proposal}/comments", new { author = anna.Address, text = "Thank you.",
            parent = comment.GetProperty("id").GetString() }, anna.Key, "author", "text", "at", "parent");
        await RefusedAsync(http, $"proposals/{proposal}/comments/typed-data",
            new { author = _market.Deployer.Address, text = "Buy my coin." }, 403,
            "notAllowed");

        // Her vote rests on it, and costs her nothing.
        var draft = new { voter = anna.Address, choice = "yes", reason = "I asked.", comment = reply.GetProperty("id").GetString() };
        var vote = await SignedAsync(http, $"proposals/{proposal}/ballots", draft, anna.Key, "voter", "reason", "deadline");
        vote.GetProperty("vote").GetProperty("weight").GetString().ShouldBe("100");
        (await _market.Client.ReceiptAsync(Hash32.Parse(vote.GetProperty("transaction").GetString()!), Stop))!.From
            .ShouldBe(relayer.Address);
        await RefusedAsync(http, $"proposals/{proposal}/ballots/typed-data", draft, 409, "alreadyVoted");
        await RefusedAsync(http, $"proposals/{proposal}/ballots/typed-data", new { voter = ben.Address, choice = "no" }, 403,
            "noVotingWeight");
        var page = await UntilAsync(http, $"/api/v1/proposals/{proposal}/votes", json => json.GetProperty("items").GetArrayLength() == 1);
        page.GetProperty("items")[0].GetProperty("comment").GetString().ShouldBe(reply.GetProperty("id").GetString());
        (await http.GetStringAsync($"/proposals/{proposal}", Stop)).ShouldSatisfyAllConditions(
            html => html.ShouldContain(">Discussion, 2 comments<"),
            html => html.ShouldContain("Named in the vote of"));

        await RefusedAsync(http, $"datasets/{dataset.Id}/claims", new { holder = anna.Address }, 409, "nothingToClaim");
        await _market.Ledger.Shares.DepositAsync(dataset.Id, Money.Dollars(13), ben, Stop);
        using var paid = await http.PostAsJsonAsync($"/api/v1/datasets/{dataset.Id}/claims", new { holder = anna.Address }, Stop);
        (await paid.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("amount").GetString().ShouldBe("13.00");
        (await _market.Ledger.Dollars.BalanceAsync(anna.Address, Stop)).ShouldBe(Money.Dollars(13));
        (await _market.Client.BalanceAsync(anna.Address, stop: Stop)).ShouldBe(ether, "to the last wei");

        await RefusedAsync(http, $"proposals/{proposal}/ballots", new { voter = anna.Address, choice = 7, reason = "", deadline = 1,
            signature = vote.GetProperty("transaction").GetString() + new string('0', 66) }, 400, null);
    }

    [Fact]
    public async Task Discussion_and_reviews_survive_a_restart()
    {
        Signer anna = Party(1), ben = Party(2), curator = Party(3);
        await _market.Ledger.Dollars.MintAsync(ben.Address, Money.Dollars(1_000), _market.Deployer, Stop);
        var dataset = await FoundAsync(anna, Pictures(10, seed: 1), curator, anna);
        var offer = Pictures(20, seed: 2);
        var proposal = await _market.Ledger.Proposals.ProposeAsync(dataset.Id,
            new OfferedShard(offer.Root, offer.Count, await _blobs.PutAsync(ShardFile.ToBytes(offer), Stop)), ben, Stop);
        var salt = Keccak.HashText("salt");
        await _market.Ledger.Proposals.CommitVoteAsync(proposal, Choice.Yes, salt, curator, Stop);
        await using (var node = await NodeHost.StartAsync(Options, Stop))
        {
            using var http = Http(node);
            await UntilAsync(http, $"/api/v1/proposals/{proposal}", json => json.GetProperty("committed").GetInt32() == 1);
            await SignedAsync(http, $"proposals/{proposal}/comments", new { author = ben.Address, text = "From our own clinic." }, ben.Key,
                "author", "text", "at");
        }

        await _market.Chain.AdvanceAsync(TimeSpan.FromHours(1.1), Stop);
        await _market.Ledger.Proposals.RevealVoteAsync(proposal, curator.Address, Choice.Yes, salt, "All fine.", curator, Stop);
        await using (var node = await NodeHost.StartAsync(Options, Stop))
        {
            using var http = Http(node);
            var told = await UntilAsync(http, $"/api/v1/proposals/{proposal}",
                json => json.GetProperty("review").GetProperty("yes").GetInt32() == 1);
            told.GetProperty("review").GetProperty("curators").EnumerateArray()
                .Select(one => (one.GetProperty("curator").GetString(), one.GetProperty("step").GetString()))
                .ShouldBe([(curator.Address.ToString(), "revealed"), (anna.Address.ToString(), "waiting")], ignoreOrder: true);
            (await http.GetStringAsync($"/proposals/{proposal}", Stop))
                .ShouldSatisfyAllConditions(html => html.ShouldContain("From our own clinic."), html => html.ShouldContain("All fine."));

            await _market.Chain.AdvanceAsync(TimeSpan.FromHours(1), Stop);
            await _market.Ledger.Proposals.AppealAsync(proposal, anna, Stop);
            var appealed = await UntilAsync(http, $"/api/v1/proposals/{proposal}",
                json => json.GetProperty("review").GetProperty("appealedBy").ValueKind == JsonValueKind.String);
            appealed.GetProperty("review").GetProperty("isOpen").GetBoolean().ShouldBeFalse();
            appealed.GetProperty("review").GetProperty("yes").GetInt32().ShouldBe(1, "what they found stays");
        }
    }

    /// <summary>Drafts, signs and sends, as a page with a wallet does.</summary>
    private static async Task<JsonElement> SignedAsync(HttpClient http, string path, object draft, EthereumKey key, params string[] fields)
    {
        using var drafted = await http.PostAsJsonAsync($"/api/v1/{path}/typed-data", draft, Stop);
        var typed = await drafted.Content.ReadFromJsonAsync<JsonElement>(Stop);
        drafted.StatusCode.ShouldBe(HttpStatusCode.OK, typed.ToString());
        var message = typed.GetProperty("message");
        var body =
            new System.Text.Json.Nodes.JsonObject { ["signature"] = key.Sign(TypedData.Parse(typed.GetRawText()).Digest).ToString() };
        foreach (var field in fields)
            body[field] = field is "at" or "deadline" ? long.Parse(message.GetProperty(field).GetString()!)
                : System.Text.Json.Nodes.JsonNode.Parse(message.GetProperty(field).GetRawText());
        if (message.TryGetProperty("choice", out var choice)) body["choice"] = choice.GetString() == "1" ? "yes" : "no";
        using var sent = await http.PostAsJsonAsync($"/api/v1/{path}", body, Stop);
        var answer = await sent.Content.ReadFromJsonAsync<JsonElement>(Stop);
        sent.StatusCode.ShouldBe(HttpStatusCode.OK, answer.ToString());
        using var again = await http.PostAsJsonAsync($"/api/v1/{path}", body, Stop);
        (await again.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetRawText()
            .ShouldBe(answer.GetRawText(), "sent twice is answered alike");
        return answer;
    }

    private static async Task RefusedAsync(HttpClient http, string path, object body, int status, string? rule)
    {
        using var answer = await http.PostAsJsonAsync("/api/v1/" + path, body, Stop);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
        ((int)answer.StatusCode).ShouldBe(status, problem.ToString());
        if (rule is not null) problem.GetProperty("rule").GetString().ShouldBe(rule);
    }

    private Task<Dataset> FoundAsync(Signer initiator, Shard founding, params Signer[] curators) =>
        FoundAsync(initiator, founding, Description, curators);

    private async Task<Dataset> FoundAsync(Signer initiator, Shard founding, string words, Signer[] curators)
    {
        var description = await _blobs.PutAsync(Encoding.UTF8.GetBytes(words), Stop);
        await _blobs.PutAsync(Encoding.UTF8.GetBytes(founding.Schema.ToJson()), Stop);
        var cid = await _blobs.PutAsync(ShardFile.ToBytes(founding), Stop);
        var policy = new DatasetPolicy { VotingPeriod = TimeSpan.FromHours(1), LateQuorum = TimeSpan.Zero, QuorumBps = 5_000,
            GainBonusBps = 0, RevealPeriod = curators.Length == 0 ? TimeSpan.Zero : TimeSpan.FromHours(1) };
        return await _market.Ledger.Datasets.CreateAsync(new DatasetCharter(
            description.Hash, founding.Schema.Hash, Digest.Of("held out"u8), "Digits", "DIG", policy,
            [new Founder(initiator.Address, ShareAmount.Whole(100))],
            new OfferedShard(founding.Root, founding.Count, cid))
        { Curators = [.. curators.Select(curator => curator.Address)] }, initiator, Stop);
    }

    private Signer Party(int account)
    {
        var key = DevelopmentAccounts.Key(account);
        _owned.Add(key);
        var signer = new Signer(_market.Client, key, TimeProvider.System);
        _owned.Add(signer);
        return signer;
    }

    private static HttpClient Http(NodeHost node) => new(new SocketsHttpHandler()) { BaseAddress = node.Address };

    /// <summary>Asks until the node has read what it takes. A deadline ends a test that would wait for ever.</summary>
    private static async Task<JsonElement> UntilAsync(HttpClient http, string path, Func<JsonElement, bool> good,
        HttpStatusCode status = HttpStatusCode.OK)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
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

    /// <summary>Pictures of 12 × 12 that have nothing to do with each other.</summary>
    private static Shard Noise(int count, int seed)
    {
        var schema = new DataSchema(ElementType.UInt8, [1, 12, 12], 3);
        var features = new byte[count * schema.FeatureBytes];
        var random = new Random(seed);
        for (int i = 0; i < features.Length; i++) features[i] = (byte)random.Next(150);
        return new Shard(schema, features, [.. Enumerable.Range(0, count).Select(i => i % 3)]);
    }

    private static Shard Brighter(Shard shard) =>
        new(shard.Schema, shard.Features.ToArray().Select(level => (byte)(level + 60)).ToArray(),
            [.. shard.Labels.Select(label => (label + 1) % 3)]);

    private static Shard Joined(Shard one, Shard two) =>
        new(one.Schema, (byte[])[.. one.Features.Span, .. two.Features.Span], [.. one.Labels, .. two.Labels]);
}
