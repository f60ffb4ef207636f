using System.Net;
using System.Text;

namespace DataBright.Node.Tests.Rest;

/// <summary>Pages of other sites read what everybody may read, and write nothing.</summary>
public sealed class CrossOriginTests(SampleNode node) : IClassFixture<SampleNode>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET", "/api/v1/datasets")]
    [InlineData("GET", "/api/v1/datasets/1/shards?limit=2")]
    [InlineData("HEAD", "/api/v1/ledger")]
    [InlineData("GET", "/openapi/v1.json")]
    [InlineData("GET", "/health")]
    [InlineData("GET", "/api/v1/datasets/999999")] // an error is read, too
    [InlineData("GET", "/api/v1/datasets?odd=1")]
    [InlineData("GET", "/ipfs/bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy")]
    public async Task Whatever_is_for_programs_may_be_read_from_anywhere_without_cookies(string method, string path)
    {
        using var answer = await AskAsync(method, path);

        answer.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe(["*"]);
        answer.Headers.Contains("Access-Control-Allow-Credentials").ShouldBeFalse();
        answer.Headers.GetValues("Access-Control-Expose-Headers").Single().ShouldContain("ETag");
    }

    [Theory]
    [InlineData("POST", "/api/v1/proposals/6/comments")]
    [InlineData("POST", "/api/v1/proposals/6/ballots")]
    [InlineData("POST", "/api/v1/uploads")]
    [InlineData("POST", "/api/v1/datasets/1/checks")]
    [InlineData("DELETE", "/api/v1/datasets/1")]
    [InlineData("PATCH", "/api/v1/uploads/x")]
    [InlineData("GET", "/datasets/1")]
    [InlineData("GET", "/account")]
    [InlineData("GET", "/")]
    [InlineData("POST", "/act/vote")]
    [InlineData("POST", "/models/1/try")]
    public async Task Writing_and_pages_are_for_this_origin(string method, string path)
    {
        using var answer = await AskAsync(method, path);

        answer.Headers.Contains("Access-Control-Allow-Origin").ShouldBeFalse();
    }

    [Theory]
    [InlineData("GET", true)]
    [InlineData("HEAD", true)]
    [InlineData("POST", false)]
    [InlineData("DELETE", false)]
    [InlineData("PATCH", false)]
    public async Task A_browser_that_asks_first_is_told_that_reading_alone_is_allowed(string wanted, bool isAllowed)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, "/api/v1/proposals/6/comments");
        request.Headers.Add("Origin", "https://elsewhere.example");
        request.Headers.Add("Access-Control-Request-Method", wanted);
        request.Headers.Add("Access-Control-Request-Headers", "if-none-match");
        using var answer = await node.Http.SendAsync(request, Stop);

        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        answer.Headers.Contains("Access-Control-Allow-Origin").ShouldBe(isAllowed);
        if (isAllowed) answer.Headers.GetValues("Access-Control-Allow-Methods").ShouldBe(["GET, HEAD"]);
        else answer.Headers.Contains("Access-Control-Allow-Methods").ShouldBeFalse();
    }

    private async Task<HttpResponseMessage> AskAsync(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Add("Origin", "https://elsewhere.example");
        if (method is "POST" or "PATCH") request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        return await node.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
    }
}
