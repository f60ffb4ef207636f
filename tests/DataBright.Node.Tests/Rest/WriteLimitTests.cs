using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using DataBright.Node.Rest;

namespace DataBright.Node.Tests.Rest;

/// <summary>Uses up what one place may ask for, so it has a node of its own.</summary>
public sealed class WriteLimitTests(SampleNode node) : IClassFixture<SampleNode>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_place_asks_so_often_and_may_read_on()
    {
        HttpStatusCode last = HttpStatusCode.OK;
        for (int i = 0; i < WriteLimits.PerMinute; i++) last = await AskAsync();
        last.ShouldBe(HttpStatusCode.BadRequest, "the last one that is answered");

        using var refused = await node.Http.PostAsync("/api/v1/proposals/2/comments", Nothing(), Stop);
        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        refused.Headers.RetryAfter!.Delta!.Value.ShouldBeGreaterThan(TimeSpan.Zero);
        (await refused.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("rule").GetString().ShouldBe("tooManyRequests");
        using var claim = await node.Http.PostAsync("/api/v1/datasets/1/claims", Nothing(), Stop);
        claim.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests, "one measure for all of them");
        foreach (var path in new[] { "/api/v1/actions/vote", "/models/1/try" })
            (await node.Http.PostAsync(path, Nothing(), Stop)).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests, path);
        (await node.Http.GetAsync("/api/v1/proposals/2/comments", Stop)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await node.Http.GetAsync("/proposals", Stop)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task What_costs_something_to_read_has_a_measure_of_its_own()
    {
        int asked = 0, refused = 0;
        while (refused == 0 && asked < 5 * WriteLimits.CostlyPerMinute)
        {
            var statuses = await Task.WhenAll(Enumerable.Range(0, 60).Select(async _ =>
            {
                using var answer = await node.Http.GetAsync("/api/v1/jobs/9/progress", Stop);
                return answer.StatusCode;
            }));
            asked += statuses.Length;
            refused += statuses.Count(status => status == HttpStatusCode.TooManyRequests);
        }

        refused.ShouldBeGreaterThan(0);
        asked.ShouldBeGreaterThanOrEqualTo(WriteLimits.CostlyPerMinute);
        foreach (var path in new[] { "/datasets/1", "/proposals/6", "/jobs/9", "/api/v1/datasets/1/impact", "/proposals/3/near.png",
            "/proposals/6/samples/0.png",
            "/api/v1/jobs/9", "/api/v1/proposals/6", "/api/v1/models/1", "/models/1", "/api/v1/relayer",
            "/portfolio/0x00000000000000000000000000000000000000aa", "/api/v1/portfolios/0x00000000000000000000000000000000000000aa" })
            (await node.Http.GetAsync(path, Stop)).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests, path);
        (await node.Http.GetAsync("/api/v1/jobs", Stop)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    public void Addresses_of_one_network_are_one_place(string one, string other, bool same) =>
        (WriteLimits.Place(IPAddress.Parse(one)) == WriteLimits.Place(IPAddress.Parse(other))).ShouldBe(same);

    private static StringContent Nothing() => new("", Encoding.UTF8, "application/json");

    private async Task<HttpStatusCode> AskAsync()
    {
        using var answer = await node.Http.PostAsync("/api/v1/proposals/2/comments", Nothing(), Stop);
        return answer.StatusCode;
    }
}
