namespace DataBright.Architecture;

/// <summary>Tests have one way to a market: who deploys it otherwise, deploys it otherwise than the others.</summary>
public sealed class TestMarketTests
{
    private static readonly string[] Allowed =
    [
        "tests/DataBright.Testing/MarketChain.cs", "tests/DataBright.Market.Tests/Ledger/MarketDeploymentTests.cs",
        "tests/DataBright.Architecture.Tests/TestMarketTests.cs",
    ];

    [Fact]
    public void A_market_is_deployed_in_one_place()
    {
        var files = RepositoryFiles.OnDisk;
        files.Paths.Where(path => path.StartsWith("tests/", StringComparison.Ordinal) && path.EndsWith(".cs", StringComparison.Ordinal))
            .Where(path => files.Read(path).Contains("MarketDeployment.DeployAsync", StringComparison.Ordinal))
            .ShouldBe(Allowed, ignoreOrder: true);
    }
}
