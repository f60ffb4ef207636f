using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using DataBright.Ethereum;
using DataBright.Market;
using Contracts = DataBright.Market.Generated;

namespace DataBright.Browser.Tests;

/// <summary>
/// What the node prepares for wallets is what viem, which many wallets' pages are made with, prepares from the same fields.
/// </summary>
public sealed class PreparedTests(BrowserTestMarket town) : IAsyncLifetime
{
    private readonly HttpClient _http = new(new SocketsHttpHandler());
    private Process _viem = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _http.BaseAddress = town.Node.Address;
        var script = Repository.PathOf("tests", "DataBright.Browser.Tests", "viem.mjs");
        _viem = Process.Start(new ProcessStartInfo("node", [script]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _viem.StandardInput.Close();
        await _viem.WaitForExitAsync();
        _viem.Dispose();
    }

    [Fact]
    public async Task Calldata_is_what_viem_encodes()
    {
        var proposal = await town.ProposeAsync(town.Digits, Stop);
        var digits = await town.Ledger.Shares.TokenAsync(town.Digits, Stop);
        var (at, eve) = (town.Ledger.Addresses, town.Eve.Address.ToString());
        await MatchAsync("vote", new { proposal = $"{proposal}", choice = "no" },
            (at.Proposals, Contracts.Proposals.Abi, "vote", [$"{proposal}", 0]));
        await MatchAsync("vote", new { proposal = $"{proposal}", choice = "yes", reason = "Grüße, 世界 & <b>" },
            (at.Proposals, Contracts.Proposals.Abi, "voteWithReason", [$"{proposal}", 1, "Grüße, 世界 & <b>"]));
        await MatchAsync("transfer", new { dataset = $"{town.Digits}", shares = "1.25", to = eve },
            (digits, Contracts.Shares.Abi, "transfer", [eve, "1250000000000000000"]));
        await MatchAsync("delegate", new { dataset = $"{town.Digits}", to = eve }, (digits, Contracts.Shares.Abi, "delegate", [eve]));
        await MatchAsync(
            "sponsor", new { request = $"{town.Request}", amount = "3.5" },
            (at.Money, Contracts.TestDollar.Abi, "approve", [at.Requests.ToString(), "3500000"]),
            (at.Requests, Contracts.Requests.Abi, "sponsor", [$"{town.Request}", "3500000"]));
        await MatchAsync("answer", new { request = $"{town.Request}", dataset = $"{town.Digits}", note = "Have a look" },
            (at.Requests, Contracts.Requests.Abi, "answer", [$"{town.Request}", $"{town.Digits}", "Have a look"]));
        await MatchAsync(
            "propose-replacement", new { dataset = $"{town.Digits}", model = $"{town.Model}", accuracy = "87.1325",
                reason = "Served already" },
            (at.Money, Contracts.TestDollar.Abi, "approve", [at.Proposals.ToString(), "10000000"]),
            (at.Proposals, Contracts.Proposals.Abi, "proposeReplacement",
                [$"{town.Digits}", "0", $"{town.Model}", 871_325, "Served already"]));
    }

    [Fact]
    public async Task A_comments_typed_data_is_what_viem_hashes_and_recovers()
    {
        var proposal = await town.ProposeAsync(town.Digits, Stop);
        var prepared = await PrepareAsync("comment",
            new { account = town.Anna.Address.ToString(), proposal = $"{proposal}", text = "Zwölf “ones”" });
        var typed = prepared.GetProperty("message").GetProperty("typedData");
        var digest = TypedData.Parse(typed.GetRawText()).Digest;
        (await AskAsync(new { ask = "typed", typedData = typed })).ShouldBe(digest.ToString());
        var signature = Hex.Encode(town.Anna.Key.Sign(digest).ToBytes());
        (await AskAsync(new { ask = "signer", typedData = typed, signature })).ShouldBe(town.Anna.Address.ToString());
    }

    [Theory]
    [InlineData("vote", """{"account":"0x12","proposal":"1","choice":"yes"}""", "account")]
    [InlineData("vote", """{"account":"ANNA","proposal":"0","choice":"yes"}""", "proposal")]
    [InlineData("vote", """{"account":"ANNA","proposal":"1","choice":"maybe"}""", "choice")]
    [InlineData("transfer", """{"account":"ANNA","dataset":"1","shares":"-1","to":"ANNA"}""", "shares")]
    [InlineData("transfer", """{"account":"ANNA","dataset":"1","shares":"1"}""", "to")]
    [InlineData("sponsor", """{"account":"ANNA","request":"1","amount":"0"}""", "amount")]
    [InlineData("commit-vote", """{"account":"ANNA","proposal":"1","commitment":"0x1"}""", "commitment")]
    [InlineData("propose-replacement", """{"account":"ANNA","dataset":"1","model":"1","accuracy":"100.1","reason":"x"}""", "accuracy")]
    [InlineData("propose-replacement", """{"account":"ANNA","dataset":"1","model":"1","reason":"x"}""", "accuracy")]
    [InlineData("propose-replacement", """{"account":"ANNA","dataset":"2","model":"1","accuracy":"90","reason":"x"}""", "model")]
    [InlineData("propose-replacement", """{"account":"ANNA","dataset":"1","model":"none","reason":"x"}""", "model")]
    [InlineData("propose-replacement", """{"account":"ANNA","dataset":"1","model":"1","replaced":"7","accuracy":"90","reason":"x"}""",
        "replaced")]
    [InlineData("propose-replacement", """{"account":"ANNA","dataset":"1","model":"1","accuracy":"90"}""", "reason")]
    [InlineData("vote", """["account"]""", "body")]
    public async Task A_field_that_cannot_be_is_named(string action, string body, string parameter)
    {
        using var content = new StringContent(body.Replace("ANNA", town.Anna.Address.ToString(), StringComparison.Ordinal),
            System.Text.Encoding.UTF8, "application/json");
        using var answer = await _http.PostAsync($"/api/v1/actions/{action}", content, Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("parameter").GetString().ShouldBe(parameter);
    }

    [Fact]
    public async Task What_the_rules_forbid_is_refused_by_the_name_of_the_rule()
    {
        var proposal = await town.ProposeAsync(town.Digits, Stop);
        using var answer = await _http.PostAsJsonAsync("/api/v1/actions/vote",
            new { account = town.Eve.Address.ToString(), proposal = $"{proposal}", choice = "yes" }, Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("rule").GetString().ShouldBe("noVotingWeight");
    }

    private async Task MatchAsync(string action, object fields,
        params (Address To, string Abi, string Function, object[] Arguments)[] expected)
    {
        var question = JsonSerializer.SerializeToNode(fields)!.AsObject();
        question["account"] = town.Anna.Address.ToString();
        var prepared = await PrepareAsync(action, question);
        prepared.GetProperty("chainId").GetString().ShouldBe("0x7a69");
        prepared.GetProperty("from").GetString().ShouldBe(town.Anna.Address.ToString());
        var steps = prepared.GetProperty("steps").EnumerateArray().ToArray();
        steps.Length.ShouldBe(expected.Length, action);
        foreach (var (step, call) in steps.Zip(expected))
        {
            step.GetProperty("to").GetString().ShouldBe(call.To.ToString(), action);
            step.GetProperty("value").GetString().ShouldBe("0x0", action);
            step.GetProperty("data").GetString().ShouldBe(
                await AskAsync(new { ask = "data", abi = JsonNode.Parse(call.Abi), functionName = call.Function, args = call.Arguments }),
                $"{action}: {call.Function}");
        }
    }

    private async Task<JsonElement> PrepareAsync(string action, object fields)
    {
        using var answer = await _http.PostAsJsonAsync($"/api/v1/actions/{action}", fields, Stop);
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, json.GetRawText());
        return json;
    }

    private async Task<string> AskAsync(object question)
    {
        await _viem.StandardInput.WriteLineAsync(JsonSerializer.Serialize(question).AsMemory(), Stop);
        await _viem.StandardInput.FlushAsync(Stop);
        using var answer = JsonDocument.Parse(await _viem.StandardOutput.ReadLineAsync(Stop)
            ?? throw new InvalidOperationException("viem's process ended."));
        return answer.RootElement.TryGetProperty("answer", out var text)
            ? text.GetString()! : throw new InvalidOperationException(answer.RootElement.ToString());
    }
}
