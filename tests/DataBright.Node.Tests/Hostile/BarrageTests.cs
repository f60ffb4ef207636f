using Microsoft.AspNetCore.Routing;

namespace DataBright.Node.Tests.Hostile;

/// <summary>
/// Every address of a node, in every role, is sent what nobody expects; each request is answered, and none with a fault of the node's.
/// </summary>
public sealed class BarrageTests(WholeNode whole, SampleNode sample) : IClassFixture<WholeNode>, IClassFixture<SampleNode>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Every_request_to_a_node_in_all_roles_is_answered_below_500(int seed)
    {
        var routes = Barrage.RoutesOf(whole.Services);
        routes.Select(route => route.RoutePattern.RawText!.Trim('/').Split('/')[0]).ShouldContain("referee");
        routes.Count.ShouldBeGreaterThan(100);
        var (sent, bad) = await new Barrage(whole.Address, routes, Words($"{whole.File}"), seed).RunAsync(Stop);
        sent.ShouldBeGreaterThan(5_000);
        bad.ShouldBeEmpty();
    }

    [Fact]
    public async Task Whatever_a_full_market_is_asked_it_answers_below_500()
    {
        var routes = Barrage.RoutesOf(sample.Services)
            .Where(route => route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains("GET") == true).ToArray();
        var (_, bad) = await new Barrage(sample.Address, routes, Words($"{sample.OpenShard}"), seed: 3).RunAsync(Stop);
        bad.ShouldBeEmpty();
    }

    private static Func<string, string[]> Words(string cid) => parameter => parameter switch
    {
        "cid" => [cid],
        "account" => [$"{SampleMarket.Account(2)}"],
        "documentName" => ["v1"],
        "name" => ["vote", "databright.css", "nothing"],
        "label" => ["0", "3", "-1"],
        "path" => ["a", "a/b"],
        "upload" => ["0123456789abcdef0123456789abcdef"],
        _ => ["1", "2", "6", "9", "3"],
    };
}
