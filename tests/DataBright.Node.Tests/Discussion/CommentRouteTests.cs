using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Services.Discussion;

namespace DataBright.Node.Tests.Discussion;

public sealed class CommentRouteTests(SampleNode node) : IClassFixture<SampleNode>
{
    private static readonly ProposalId Proposal = new(2);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_comment_is_drafted_signed_by_its_author_and_read_by_everybody()
    {
        var ada = SampleMarket.Key(2);
        var draft = await AskAsync("proposals/2/comments/typed-data", new { author = ada.Address, text = "Where from? \u65e5\u672c <b>&" });
        var signature = ada.Sign(TypedData.Parse(draft.GetRawText()).Digest);
        var body = new { author = ada.Address, text = "Where from? \u65e5\u672c <b>&",
            at = long.Parse(draft.GetProperty("message").GetProperty("at").GetString()!), signature = signature.ToString() };

        var said = await AskAsync("proposals/2/comments", body);
        said.GetProperty("current").GetProperty("text").GetString().ShouldBe("Where from? \u65e5\u672c <b>&");
        said.GetProperty("author").GetString().ShouldBe(ada.Address.ToString());
        (await AskAsync("proposals/2/comments", body)).GetRawText().ShouldBe(said.GetRawText(), "sent twice is answered alike");

        var id = said.GetProperty("id").GetString();
        await SayAsync(3, "From the second school.", parent: id);
        var page = await node.Http.GetFromJsonAsync<JsonElement>("/api/v1/proposals/2/comments", Stop);
        page.GetProperty("items").EnumerateArray().Count(one => one.GetProperty("id").GetString() == id).ShouldBe(1);
        page.GetProperty("items").EnumerateArray().Single(one => one.GetProperty("parent").GetString() == id).GetProperty("depth")
            .GetInt32().ShouldBe(1);
        using var file = await node.Http.GetAsync($"/ipfs/{said.GetProperty("current").GetProperty("cid").GetString()}", Stop);
        Hash32.Parse(id!)
            .ShouldBe(node.Discussion.Now.Statements.Digest(StatementBytes.Read(await file.Content.ReadAsByteArrayAsync(Stop)).Statement));
    }

    [Fact]
    public async Task What_was_said_is_told_also_before_the_index_has_read_of_the_proposal()
    {
        (await node.Http.GetAsync("/api/v1/proposals/9/comments", Stop)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await AskAsync("proposals/9/comments", Sign(SampleMarket.Key(2), "I am early.", proposal: 9));
        var page = await node.Http.GetFromJsonAsync<JsonElement>("/api/v1/proposals/9/comments", Stop);
        page.GetProperty("items").EnumerateArray().ShouldHaveSingleItem().GetProperty("current").GetProperty("text").GetString()
            .ShouldBe("I am early.");
    }

    [Fact]
    public async Task Shareholders_hide_what_is_said_and_show_it_again()
    {
        var rude = await SayAsync(5, "You are all fools.");
        var hidden = await HideAsync(2, rude, true);
        hidden.GetProperty("isHidden").GetBoolean().ShouldBeTrue();
        hidden.GetProperty("hideWeight").GetString().ShouldBe("3480");
        (await HideAsync(2, rude, true)).GetRawText().ShouldBe(hidden.GetRawText());
        (await HideAsync(2, rude, false)).GetProperty("isHidden").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task Every_rule_of_the_discussion_has_its_status_and_says_which_it_is()
    {
        var (ada, stranger) = (SampleMarket.Key(2), SampleMarket.Key(99));
        var known = await SayAsync(2, "Something to answer.");
        await RefusedAsync(422, "textInvalid", Sign(ada, ""));
        await RefusedAsync(422, "textInvalid", Sign(ada, "nul \0"));
        await RefusedAsync(422, "textInvalid", Sign(ada, "\u202Eesrever"));
        await RefusedAsync(422, "textInvalid", Sign(ada, new string('x', 8_193)));
        await RefusedAsync(422, "timeInvalid", Sign(ada, "Late.", at: SampleMarket.Now.AddHours(-1)));
        await RefusedAsync(403, "notAllowed", Sign(stranger, "Buy my coin."));
        await RefusedAsync(409, "referenceInvalid", Sign(ada, "To nobody.", parent: Hash32.Parse("0x" + new string('1', 64))));
        await RefusedAsync(409, "referenceInvalid", Sign(SampleMarket.Key(3), "In her name.", replaces: Hash32.Parse(known)));
        await RefusedAsync(404, "proposalUnknown", Sign(ada, "Nowhere.", proposal: 10), proposal: 10);
        var forged = Sign(ada, "As signed.");
        forged["text"] = "As forged.";
        await RefusedAsync(403, "signatureInvalid", forged);
        await RefusedAsync(403, "signatureInvalid", Sign(ada, "Of another proposal.", proposal: 1));
        for (int i = 0; i < 20; i++) await AskAsync("proposals/4/comments", Sign(SampleMarket.Key(4), $"{i}", proposal: 4));
        await RefusedAsync(429, "tooMany", Sign(SampleMarket.Key(4), "And another.", proposal: 4), proposal: 4);
    }

    [Theory]
    [InlineData("", 400)]
    [InlineData("null", 400)]
    [InlineData("[]", 400)]
    [InlineData("""{"author":"0x0000000000000000000000000000000000000001","at":1,"signature":"0x"}""", 400)] // no text
    [InlineData("""{"author":"0x01","text":"x","at":1,"signature":"0x"}""", 400)]
    [InlineData("""{"author":null,"text":"x","at":1,"signature":"0x"}""", 400)]
    [InlineData("""{"author":"0x0000000000000000000000000000000000000001","text":null,"at":1,"signature":"0x"}""", 400)]
    [InlineData("""{"author":"0x0000000000000000000000000000000000000001","text":"x","at":1,"signature":"0x12"}""", 400)]
    [InlineData("""{"author":"0x0000000000000000000000000000000000000001","text":"x","at":99999999999999,"signature":"0x12"}""", 400)]
    [InlineData("""{"author":"0x0000000000000000000000000000000000000001","text":"x","at":-1,"signature":"0x12"}""", 400)]
    [InlineData("""{"author":"0x0000000000000000000000000000000000000001","text":"x","at":1,"signature":"0x","more":1}""", 400)]
    [InlineData("""{"author":"0x0000000000000000000000000000000000000001","text":"x","at":1,"signature":"0x","parent":"0x12"}""", 400)]
    [InlineData("""{"author":"0x0000000000000000000000000000000000000001","text":"x","text":"y","at":1,"signature":"0x000000000000000000000000000000000000000000000000000000000000000100000000000000000000000000000000000000000000000000000000000000011b"}""", 400)]
    [InlineData("""{"author":"0x0000000000000000000000000000000000000001","text":"x\ud800","at":1,"signature":"0x"}""", 400)]
    public async Task A_bad_body_has_one_problem_that_says_what_is_wrong(string body, int status)
    {
        using var response = await node.Http.PostAsync("/api/v1/proposals/2/comments",
            new StringContent(body, Encoding.UTF8, "application/json"), Stop);
        await ProblemAsync(response, status);
    }

    [Fact]
    public async Task What_is_too_long_or_no_json_is_not_read()
    {
        // The client asks before it sends: a body that nobody reads breaks the line of one that does not.
        using var long_ = new HttpRequestMessage(HttpMethod.Post,
            "/api/v1/proposals/2/comments") { Content = new StringContent($$"""{"text":"{{new string('x', 1 << 20)}}"}""", Encoding.UTF8,
                "application/json") };
        long_.Headers.ExpectContinue = true;
        using var megabyte = await node.Http.SendAsync(long_, Stop);
        await ProblemAsync(megabyte, 413);
        using var form = await node.Http.PostAsync("/api/v1/proposals/2/comments", new FormUrlEncodedContent([new("text", "x")]), Stop);
        await ProblemAsync(form, 415);
        using var number = await node.Http.PostAsync("/api/v1/proposals/x/comments",
            JsonContent.Create(Sign(SampleMarket.Key(2), "x")), Stop);
        await ProblemAsync(number, 400);
        using var put = await node.Http.PutAsync("/api/v1/proposals/2/comments", JsonContent.Create(new { }), Stop);
        await ProblemAsync(put, 405);
    }

    [Fact]
    public async Task A_wallet_is_asked_for_nothing_that_would_be_refused()
    {
        using var comment = await node.Http.PostAsJsonAsync("/api/v1/proposals/2/comments/typed-data",
            new { author = SampleMarket.Account(99), text = "Buy my coin." }, Stop);
        (await ProblemAsync(comment, 403)).GetProperty("rule").GetString().ShouldBe("notAllowed");
        using var hiding = await node.Http.PostAsJsonAsync(
            "/api/v1/proposals/2/hidings/typed-data",
            new { voter = SampleMarket.Account(2), comment = SampleMarket.Hash(1), hidden = true }, Stop);
        (await ProblemAsync(hiding, 409)).GetProperty("rule").GetString().ShouldBe("referenceInvalid");
    }

    private async Task RefusedAsync(int status, string rule, JsonObject form, ulong proposal = 2)
    {
        using var response = await node.Http.PostAsJsonAsync($"/api/v1/proposals/{proposal}/comments", form, Stop);
        (await ProblemAsync(response, status)).GetProperty("rule").GetString().ShouldBe(rule);
    }

    private static async Task<JsonElement> ProblemAsync(HttpResponseMessage response, int status)
    {
        ((int)response.StatusCode).ShouldBe(status);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(Stop);
        problem.GetProperty("detail").GetString().ShouldNotBeNullOrWhiteSpace();
        return problem;
    }

    private async Task<string> SayAsync(int author, string text, string? parent = null) =>
        (await AskAsync($"proposals/{Proposal}/comments",
            Sign(SampleMarket.Key(author), text, parent is null ? null : Hash32.Parse(parent)))).GetProperty("id").GetString()!;

    private async Task<JsonElement> HideAsync(int voter, string comment, bool hidden)
    {
        var key = SampleMarket.Key(voter);
        var draft = await AskAsync($"proposals/{Proposal}/hidings/typed-data", new { voter = key.Address, comment, hidden });
        var at = long.Parse(draft.GetProperty("message").GetProperty("at").GetString()!);
        return await AskAsync($"proposals/{Proposal}/hidings",
            new { voter = key.Address, comment, hidden, at, signature = key.Sign(TypedData.Parse(draft.GetRawText()).Digest).ToString() });
    }

    private JsonObject Sign(EthereumKey author, string text, Hash32? parent = null, Hash32? replaces = null, DateTimeOffset? at = null,
        ulong proposal = 2)
    {
        var said = new Comment(new ProposalId(proposal), author.Address, parent, replaces, text, at ?? SampleMarket.Now);
        return new JsonObject
        {
            ["author"] = author.Address.ToString(),
            ["text"] = text,
            ["at"] = said.At.ToUnixTimeSeconds(),
            ["parent"] = parent?.ToString(),
            ["replaces"] = replaces?.ToString(),
            ["signature"] = node.Discussion.Now.Statements.Sign(said, author).Signature.ToString(),
        };
    }

    private async Task<JsonElement> AskAsync(string path, object body)
    {
        using var response = await node.Http.PostAsJsonAsync("/api/v1/" + path, body, Stop);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(Stop);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, answer.ToString());
        return answer;
    }
}
