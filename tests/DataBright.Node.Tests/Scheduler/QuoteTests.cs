using System.Net;
using System.Text;
using System.Text.Json;
using DataBright.Compute.Jobs;
using DataBright.Compute.Quotes;
using DataBright.Ethereum;
using DataBright.Learning.Networks;
using DataBright.Learning.Training;
using DataBright.Market;
using DataBright.Market.Jobs;
using DataBright.Node.Tests.Hostile;
using DataBright.Storage;

namespace DataBright.Node.Tests.Scheduler;

/// <summary>What a scheduler's node says of an order before it is placed.</summary>
public sealed class QuoteTests(WholeNode node) : IClassFixture<WholeNode>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_plan_is_quoted_and_nothing_is_ordered()
    {
        var (status, body) = await PostAsync(CanonicalJson.WriteText(new QuoteRequest(Plan, Money.Dollars(5))));

        status.ShouldBe(HttpStatusCode.OK, body);
        var quote = CanonicalJson.Read<JobQuote>(body);
        (quote.Needed, quote.Here, quote.Copies).ShouldBe((3, 0, 6));
        quote.Problem.ShouldBe("No worker is here; 3 workers of different operators are needed.");
        quote.TaskPay.ShouldBeGreaterThan(quote.ClosingPay);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"plan\":{},\"pay\":\"5.00\"}")]
    [InlineData("{\"plan\":7,\"pay\":\"5.00\"}")]
    [InlineData("{\"plan\":{},\"pay\":\"5.00\",\"more\":1}")]
    [InlineData("[]")]
    public async Task What_is_no_plan_with_a_pay_is_one_clear_error(string body)
    {
        var (status, answer) = await PostAsync(body);
        status.ShouldBe(HttpStatusCode.BadRequest, answer);
        answer.ShouldContain("\"detail\"");
    }

    [Fact]
    public async Task A_job_that_is_not_known_stands_nowhere()
    {
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = node.Address };
        using var answer = await http.GetAsync("/compute/jobs/999", Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Both_have_names_for_programs()
    {
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = node.Address };
        using var document = JsonDocument.Parse(await http.GetStringAsync("/openapi/v1.json", Stop));
        var paths = document.RootElement.GetProperty("paths");
        paths.GetProperty("/compute/quote").GetProperty("post").GetProperty("operationId").GetString().ShouldBe("postComputeQuote");
        paths.GetProperty("/compute/jobs/{job}").GetProperty("get").GetProperty("operationId").GetString().ShouldBe("getComputeJobsByJob");
    }

    private static JobPlan Plan => new(
        JobPlan.CurrentFormat, JobKind.Training, new DatasetId(1), Hash32.Zero, Architectures.All[0], new Optimiser(0.02f), 8, 1, 1, 1, 3,
        10_000, false,
        [new ShardReference(Keccak.Hash("shard"u8), 64, Cid.Raw(Digest.Of("shard"u8)))],
        new ShardReference(Keccak.Hash("held out"u8), 16, Cid.Raw(Digest.Of("held out"u8))), [new RunPlan("main", 1, [0])]);

    private async Task<(HttpStatusCode Status, string Body)> PostAsync(string body)
    {
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = node.Address };
        using var answer = await http.PostAsync("/compute/quote", new StringContent(body, Encoding.UTF8, "application/json"), Stop);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Stop));
    }
}
