using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace DataBright.Node.Tests.Rest;

public sealed class RestTests(SampleNode node) : IClassFixture<SampleNode>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string> Resources =>
    [
        "datasets", "datasets/1", "datasets/1/shards", "datasets/1/shareholders", "datasets/1/revenue", "datasets/1/impact", "proposals",
        "proposals?dataset=1", "proposals/6", "proposals/6/votes", "proposals/6/comments",
        "models", "models/3", "models/3/channels",
        "models/3/distributions", "models/2/royalties", "jobs", "jobs/9", "jobs/9/progress",
        $"portfolios/{SampleMarket.Account(2)}",
        $"accounts/{SampleMarket.Account(2)}/owed", "ledger",
        .. SamplePart.All.SelectMany(part => part.Answered),
    ];

    [Theory]
    [MemberData(nameof(Resources))]
    public async Task Whoever_has_an_answer_already_is_sent_nothing(string path)
    {
        using var first = await node.Http.GetAsync("/api/v1/" + path, Stop);
        first.StatusCode.ShouldBe(HttpStatusCode.OK);
        first.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        first.Headers.CacheControl!.NoCache.ShouldBeTrue();

        using var again = new HttpRequestMessage(HttpMethod.Get, "/api/v1/" + path);
        again.Headers.IfNoneMatch.Add(first.Headers.ETag.ShouldNotBeNull());
        using var second = await node.Http.SendAsync(again, Stop);
        second.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        (await second.Content.ReadAsByteArrayAsync(Stop)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Another_answer_has_another_tag()
    {
        using var one = await node.Http.GetAsync("/api/v1/datasets/1", Stop);
        using var two = await node.Http.GetAsync("/api/v1/datasets/2", Stop);
        one.Headers.ETag.ShouldNotBe(two.Headers.ETag);
    }

    [Fact]
    public async Task A_proposal_is_told_in_full()
    {
        var text = await node.Http.GetStringAsync("/api/v1/proposals/3", Stop);
        using var json = JsonDocument.Parse(text);
        JsonSerializer.Serialize(json, Indented).ShouldBe(
            $$"""
            {
              "summary": {
                "id": 3,
                "kind": "listing",
                "state": "rejected",
                "dataset": 1,
                "datasetName": "Handwritten digits",
                "contributor": "{{SampleMarket.Account(5)}}",
                "points": 1800,
                "gain": -0.0214,
                "tally": {
                  "yes": "0",
                  "no": "5100",
                  "supply": "10620.25",
                  "quorum": 0.2,
                  "threshold": 0.5,
                  "cast": "5100",
                  "turnout": 0.480215,
                  "quorumReached": true,
                  "approval": 0
                },
                "openedAt": "2026-05-13T14:30:00Z",
                "deadline": "2026-05-16T16:30:00Z",
                "low": -0.024,
                "over": false,
                "replacement": null,
                "toCarryOut": false
              },
              "shardRoot": "{{SampleMarket.Hash(203)}}",
              "cid": "{{node.OpenShard}}",
              "reason": null,
              "bond": "25.00",
              "bondWithdrawn": false,
              "shielded": false,
              "extended": false,
              "snapshot": 1201,
              "evaluation": {
                "before": 0.9749,
                "after": 0.9535,
                "low": -0.024,
                "points": 1800,
                "copies": 0,
                "spread": {
                  "low": -0.024,
                  "high": -0.0195,
                  "seeds": 5
                },
                "checkpointHash": "{{SampleMarket.Hash(50)}}",
                "job": 3,
                "referee": "{{SampleMarket.Account(30)}}",
                "posted": 1,
                "gain": -0.0214
              },
              "duplicates": {
                "inDataset": 412,
                "withinShard": 9,
                "points": 1800,
                "total": 421,
                "near": {
                  "inDataset": 37,
                  "withinShard": 4,
                  "pairs": [
                    {
                      "point": 5,
                      "shard": "{{SampleMarket.Hash(60)}}",
                      "other": 17,
                      "alike": 0.991
                    }
                  ],
                  "picture": {
                    "width": 57,
                    "height": 57
                  },
                  "total": 41
                }
              },
              "sharesMinted": null,
              "review": null,
              "fileProblem": null,
              "committed": 0,
              "classes": null
            }
            """);
    }

    [Fact]
    public async Task A_replacement_tells_of_models_and_of_no_shard()
    {
        var proposal = await node.Http.GetFromJsonAsync<JsonElement>("/api/v1/proposals/12", Stop);
        proposal.GetProperty("shardRoot").ValueKind.ShouldBe(JsonValueKind.Null);
        proposal.GetProperty("summary").GetProperty("replacement").GetRawText().ShouldBe("""{"replaced":3,"model":1,"metricPpm":871300}""");
    }

    [Fact]
    public async Task A_review_tells_who_judged_and_how_far_they_agree()
    {
        var review = (await node.Http.GetFromJsonAsync<JsonElement>("/api/v1/proposals/5", Stop)).GetProperty("review");
        review.GetProperty("isOpen").GetBoolean().ShouldBeFalse();
        review.GetProperty("curators").EnumerateArray().Select(curator => curator.GetProperty("step").GetString())
            .ShouldBe(["revealed", "revealed", "committed"]);
        review.GetProperty("agreement").GetDecimal().ShouldBe(0);
        var votes = await node.Http.GetFromJsonAsync<JsonElement>("/api/v1/proposals/6/votes", Stop);
        votes.GetProperty("items").EnumerateArray().Select(vote => vote.GetProperty("comment").GetString())
            .ShouldBe([null, SampleDiscussion.Anchored.ToString(), null]);
    }

    [Fact]
    public async Task A_model_tells_what_it_earned_where_that_went_and_who_serves_it()
    {
        var model = await node.Http.GetFromJsonAsync<JsonElement>("/api/v1/models/3", Stop);
        model.GetProperty("income").GetRawText()
            .ShouldBe("""{"earned":"182.40","distributed":"140.60","royalty":0,"datasetRoyalty":0.2,"waiting":"41.80"}""");
        model.GetProperty("workers")[0].GetProperty("part").GetDecimal().ShouldBe(0.2m);
        var channels = await node.Http.GetFromJsonAsync<JsonElement>("/api/v1/models/3/channels?limit=2", Stop);
        channels.GetProperty("items").EnumerateArray().Select(channel => channel.GetProperty("state").GetString())
            .ShouldBe(["open", "closing"]);
        var rest = await node.Http.GetFromJsonAsync<JsonElement>(
            $"/api/v1/models/3/channels?cursor={channels.GetProperty("next").GetString()}", Stop);
        rest.GetProperty("items").EnumerateArray().ShouldHaveSingleItem().GetProperty("settled").GetString().ShouldBe("130.00");
    }

    [Fact]
    public async Task A_job_tells_its_usage_dividend_to_the_line()
    {
        var job = await node.Http.GetFromJsonAsync<JsonElement>("/api/v1/jobs/9", Stop);
        var usage = job.GetProperty("usage");
        usage.GetProperty("state").GetString().ShouldBe("posted");
        usage.GetProperty("lines").EnumerateArray().Select(line => line.GetProperty("amount").GetString())
            .ShouldBe(["31.50", "9.75", "3.75"]);
        (await node.Http.GetFromJsonAsync<JsonElement>("/api/v1/jobs/6", Stop)).GetProperty("usage").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Impact_tells_what_each_contributor_brought_and_earned()
    {
        var impact = await node.Http.GetFromJsonAsync<JsonElement>("/api/v1/datasets/1/impact", Stop);
        var first = impact.GetProperty("contributors")[0];
        first.GetProperty("gain").GetDecimal().ShouldBe(0.0853m);
        first.GetProperty("income").GetString().ShouldBe("358.15");
        impact.GetProperty("shards")[4].GetProperty("models").GetRawText().ShouldBe("[3]");
        impact.GetProperty("complete").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task A_list_comes_whole_in_parts()
    {
        var ids = new List<ulong>();
        string? next = null;
        do
        {
            var page =
                await node.Http.GetFromJsonAsync<JsonElement>($"/api/v1/proposals?limit=3{(next is null ? "" : "&cursor=" + next)}", Stop);
            page.GetProperty("items").GetArrayLength().ShouldBeLessThanOrEqualTo(3);
            ids.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetUInt64()));
            next = page.GetProperty("next").GetString();
        }
        while (next is not null);
        ids.ShouldBe([7, 6, 5, 4, 3, 2, 1]);
    }

    [Theory]
    [InlineData("datasets/0", 400, "id")]
    [InlineData("datasets/one", 400, "id")]
    [InlineData("datasets/-1", 400, "id")]
    [InlineData("datasets/99999999999999999999999999", 400, "id")]
    [InlineData("jobs/9223372036854775808", 400, "id")]
    [InlineData("proposals?dataset=x", 400, "dataset")]
    [InlineData("proposals?limit=0", 400, "limit")]
    [InlineData("proposals?limit=201", 400, "limit")]
    [InlineData("proposals?limit=1e1", 400, "limit")]
    [InlineData("proposals?cursor=!!", 400, "cursor")]
    [InlineData("proposals?cursor=MQpkYXRhc2V0cwoz", 400, "cursor")] // of another list
    [InlineData("workers/0x123", 400, "account")]
    [InlineData("portfolios/0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed", 400, "account")] // wrong checksum
    [InlineData("accounts/0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed/owed", 400, "account")]
    [InlineData("datasets/99", 404, null)]
    [InlineData("datasets/99/shards", 404, null)]
    [InlineData("datasets/99/shareholders", 404, null)]
    [InlineData("datasets/99/revenue", 404, null)]
    [InlineData("datasets/99/impact", 404, null)]
    [InlineData("proposals/99", 404, null)]
    [InlineData("proposals/99/votes", 404, null)]
    [InlineData("proposals/99/comments", 404, null)]
    [InlineData("proposals/6/comments?cursor=MQpkYXRhc2V0cwoz", 400, "cursor")] // of another list
    [InlineData("proposals/6/comments?cursor=MQpjb21tZW50cwox", 400, "cursor")] // of nothing in this discussion
    [InlineData("requests/99", 404, null)]
    [InlineData("requests/99/answers", 404, null)]
    [InlineData("requests/99/rewards", 404, null)]
    [InlineData("requests/x", 400, "id")]
    [InlineData("models/99", 404, null)]
    [InlineData("models/99/channels", 404, null)]
    [InlineData("models/99/distributions", 404, null)]
    [InlineData("models/99/royalties", 404, null)]
    [InlineData("models/3/channels?cursor=MQpkYXRhc2V0cwoz", 400, "cursor")] // of another list
    [InlineData("jobs/99", 404, null)]
    [InlineData("jobs/1/progress", 404, null)]
    [InlineData("workers/0x0000000000000000000000000000000000000001", 404, null)]
    [InlineData("relayer", 404, null)] // the sample relays nothing
    [InlineData("nothing/here", 404, null)]
    public async Task Each_bad_question_has_one_problem_that_says_what_is_wrong(string path, int status, string? parameter)
    {
        using var response = await node.Http.GetAsync("/api/v1/" + path, Stop);
        ((int)response.StatusCode).ShouldBe(status);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(Stop);
        problem.GetProperty("status").GetInt32().ShouldBe(status);
        problem.GetProperty("title").GetString().ShouldNotBeNullOrWhiteSpace();
        problem.GetProperty("detail").GetString().ShouldNotBeNullOrWhiteSpace();
        if (parameter is not null) problem.GetProperty("parameter").GetString().ShouldBe(parameter);
    }

    [Fact]
    public async Task A_search_that_is_too_long_is_refused()
    {
        using var response = await node.Http.GetAsync("/api/v1/datasets?q=" + new string('x', 101), Stop);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Nothing_can_be_written()
    {
        using var response = await node.Http.PostAsync("/api/v1/datasets", JsonContent.Create(new { name = "x" }), Stop);
        response.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
    }

    /// <summary>Generators name methods by it, so each operation has one of its own, and it stays.</summary>
    [Fact]
    public async Task Every_operation_has_a_name_of_its_own()
    {
        var document = await node.Http.GetFromJsonAsync<JsonElement>("/openapi/v1.json", Stop);
        var operations = document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()
            .Where(member => member.Name is "get" or "post" or "put" or "patch" or "delete" or "head" or "options")
            .Select(operation => (Where: $"{operation.Name} {path.Name}",
                Name: operation.Value.TryGetProperty("operationId", out var name) ? name.GetString()! : ""))).ToArray();

        operations.Length.ShouldBeGreaterThan(40);
        operations.ShouldAllBe(operation => System.Text.RegularExpressions.Regex.IsMatch(operation.Name, "^[a-z]+[A-Z][A-Za-z0-9]*$"));
        operations.Select(operation => operation.Name).ShouldBeUnique();
        operations.ShouldContain(("get /api/v1/datasets", "getDatasets"));
        operations.ShouldContain(("get /api/v1/datasets/{id}/shards", "getDatasetsByIdShards"));
        operations.ShouldContain(("post /api/v1/proposals/{id}/ballots/typed-data", "postProposalsByIdBallotsTypedData"));
    }

    [Fact]
    public async Task The_interface_is_described_in_OpenAPI_3_1()
    {
        var document = await node.Http.GetFromJsonAsync<JsonElement>("/openapi/v1.json", Stop);
        document.GetProperty("openapi").GetString()!.ShouldStartWith("3.1");
        var paths = document.GetProperty("paths").EnumerateObject().Select(path => path.Name)
            .ToLookup(path => path.StartsWith("/api/v1/actions/", StringComparison.Ordinal));
        paths[true].ShouldBe(NodeFeatures.All.SelectMany(feature => feature.Actions).Select(action => "/api/v1/actions/" + action.Name),
            ignoreOrder: true);
        paths[false].ShouldBe(
        [
            "/api/v1/datasets", "/api/v1/datasets/{id}", "/api/v1/datasets/{id}/revenue", "/api/v1/datasets/{id}/shareholders",
            "/api/v1/datasets/{id}/shards",
            "/api/v1/datasets/{id}/impact", "/api/v1/datasets/{id}/checks", "/api/v1/jobs", "/api/v1/jobs/{id}",
            "/api/v1/jobs/{id}/progress", "/api/v1/ledger", "/api/v1/models", "/api/v1/models/{id}",
            "/api/v1/models/{id}/channels", "/api/v1/models/{id}/distributions", "/api/v1/models/{id}/royalties",
            "/api/v1/accounts/{account}/owed", "/api/v1/portfolios/{account}", "/api/v1/proposals", "/api/v1/proposals/{id}",
            "/api/v1/proposals/{id}/votes", "/api/v1/uploads", "/api/v1/uploads/{upload}",
            "/api/v1/uploads/pass", "/api/v1/datasets/{id}/offers", "/api/v1/datasets/drafts", "/api/v1/datasets/{id}/jobs/drafts",
            "/api/v1/jobs/{id}/model/drafts", "/api/v1/proposals/{id}/evaluations/drafts",
            "/api/v1/relayer", "/api/v1/proposals/{id}/ballots", "/api/v1/proposals/{id}/ballots/typed-data",
            "/api/v1/datasets/{id}/claims",
            "/api/v1/proposals/{id}/comments", "/api/v1/proposals/{id}/comments/typed-data", "/api/v1/proposals/{id}/hidings",
            "/api/v1/proposals/{id}/hidings/typed-data",
            "/health", "/ipfs/{cid}", "/ready",
            .. SamplePart.All.SelectMany(part => part.Described),
        ], ignoreOrder: true);
        var one = document.GetProperty("paths").GetProperty("/api/v1/datasets/{id}").GetProperty("get");
        one.GetProperty("responses").EnumerateObject().Select(response => response.Name)
            .ShouldBe(["200", "304", "400", "404"], ignoreOrder: true);
        one.GetProperty("parameters")[0].GetProperty("schema").GetProperty("type").GetString().ShouldBe("integer");
        document.GetProperty("components").GetProperty("schemas").GetProperty("Money").GetProperty("type").GetString().ShouldBe("string");
    }

    [Fact]
    public async Task A_node_that_is_far_behind_is_not_ready_and_says_how_far()
    {
        var before = node.Market.Ledger.State;
        try
        {
            (await node.Http.GetAsync("/ready", Stop)).StatusCode.ShouldBe(HttpStatusCode.OK);
            node.Market.Ledger.State = before with { Head = before.Indexed + 33 };
            await NotReadyAsync("33 blocks behind");
            node.Market.Ledger.State = before with { Head = null };
            await NotReadyAsync("does not answer");
            (await node.Http.GetAsync("/health", Stop)).StatusCode.ShouldBe(HttpStatusCode.OK);
        }
        finally
        {
            node.Market.Ledger.State = before;
        }

        async Task NotReadyAsync(string why)
        {
            using var response = await node.Http.GetAsync("/ready", Stop);
            response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            (await response.Content.ReadAsStringAsync(Stop)).ShouldContain(why);
        }
    }

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
}
