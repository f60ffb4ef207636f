using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace DataBright.Node.Tests.Rest;

public sealed class QueryTests(SampleNode node) : IClassFixture<SampleNode>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/api/v1/proposals?datset=1", "datset", "dataset, cursor, limit")]
    [InlineData("/api/v1/datasets?q=digits&page=2", "page", "q, cursor, limit")]
    [InlineData("/api/v1/datasets/1?limit=3", "limit", "This address takes none")]
    [InlineData("/api/v1/ledger?=1", "", "This address takes none")]
    [InlineData("/api/v1/datasets?limit=1&limit=2", "limit", "given 2 times")]
    [InlineData("/api/v1/uploads?x=1", "x", "This address takes none")]
    public async Task A_parameter_that_does_not_exist_is_refused_and_told_which_do(string path, string parameter, string says)
    {
        using var answer = await node.Http.SendAsync(
            new HttpRequestMessage(path.Contains("uploads", StringComparison.Ordinal) ? HttpMethod.Post : HttpMethod.Get, path), Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Stop);
        problem.GetProperty("parameter").GetString().ShouldBe(parameter);
        problem.GetProperty("detail").GetString()!.ShouldContain(says);
    }

    [Theory]
    [InlineData("/api/v1/proposals?DATASET=1&Limit=2")] // names have no case here, as before
    [InlineData("/datasets/1?utm_source=mail")] // links of mail programs
    [InlineData("/health?probe=7")]
    [InlineData("/ipfs/CID?download=true&filename=a.bin")] // words of other gateways
    public async Task What_others_add_to_addresses_of_people_and_probes_does_not_matter(string path)
    {
        using var answer = await node.Http.GetAsync(path.Replace("CID", $"{node.OpenShard}", StringComparison.Ordinal), Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }
}
