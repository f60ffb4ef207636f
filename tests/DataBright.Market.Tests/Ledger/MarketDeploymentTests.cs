using System.Text.Json;
using DataBright.Ethereum;

namespace DataBright.Market.Tests.Ledgers;

[Collection(nameof(TestMarket))]
public sealed class MarketDeploymentTests(TestMarket market) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_market_is_where_its_addresses_say()
    {
        await MarketDeployment.RequireAsync(market.Client, market.Addresses, Stop);
        market.Addresses.Contracts.Distinct().Count().ShouldBe(1 + MarketWords.Contracts.Count);
        market.Addresses.FirstBlock.ShouldBe(1ul);
        market.Addresses.ChainId.ShouldBe(EmbeddedChain.ChainId);
    }

    [Fact]
    public async Task Another_market_on_the_same_chain_shares_nothing_but_what_it_is_told_to()
    {
        var deployer = await market.PartyAsync();
        var gas = new List<string>();
        using var counting = new Signer(market.Client, deployer.Key, TimeProvider.System,
            (call, receipt) => gas.Add($"{call.Function} {receipt.GasUsed > 0}"));
        var other = await MarketDeployment.DeployAsync(market.Client, new MarketTerms { Money = market.Addresses.Money }, counting, Stop);
        other.Money.ShouldBe(market.Addresses.Money);
        other.Contracts.Intersect(market.Addresses.Contracts).ShouldBe([market.Addresses.Money]);
        other.FirstBlock.ShouldBeGreaterThan(market.Addresses.FirstBlock);
        string[] contracts = [.. MarketWords.Contracts.Except(["Proposals", "Workers", "Usage"])];
        gas.ShouldBe([.. contracts.Select(contract => $"{contract}.constructor True"),
            .. Enumerable.Repeat("TestDollar.transfer True", MarketWords.All.Count(word => word.HoldsMoney))]);
        (await new Ledger(market.Client, other).Datasets.CountAsync(Stop)).ShouldBe(0ul);
    }

    [Fact]
    public async Task Whoever_cannot_leave_a_unit_in_every_escrow_is_told_so_before_anything_is_deployed()
    {
        var poor = await market.PartyAsync(dollars: 0);
        using var counting = new Signer(market.Client, poor.Key, TimeProvider.System,
            (call, _) => throw new InvalidOperationException(call.Function));
        var broken = await Should.ThrowAsync<RuleBrokenException>(() =>
            MarketDeployment.DeployAsync(market.Client, new MarketTerms { Money = market.Addresses.Money }, counting, Stop));
        broken.Rule.ShouldBe(Rule.ERC20InsufficientBalance);
        broken.Message.ShouldContain(new Money((UInt128)MarketWords.All.Count(word => word.HoldsMoney)).ToString());
    }

    [Fact]
    public async Task A_chain_without_the_market_is_told_apart()
    {
        var nowhere = market.Addresses.With("Models", Address.Parse("0x00000000000000000000000000000000000000aa"));
        (await Should.ThrowAsync<MarketMissingException>(() => MarketDeployment.RequireAsync(market.Client, nowhere, Stop)))
            .Message.ShouldContain(nowhere.Models.ToString());
        await Should.ThrowAsync<ChainException>(
            () => MarketDeployment.RequireAsync(market.Client, market.Addresses with { ChainId = 1 }, Stop));
    }

    [Fact]
    public void The_addresses_come_back_from_their_file()
    {
        MarketFile.Load(_folder["market.json"]).ShouldBeNull();
        market.Addresses.Save(_folder["market.json"]);
        MarketFile.Load(_folder["market.json"]).ShouldBe(market.Addresses);
    }

    /// <summary>Files of markets that run are read for as long as these stay.</summary>
    [Fact]
    public void The_file_has_a_name_for_each_contract()
    {
        market.Addresses.Save(_folder["market.json"]);
        using var file = JsonDocument.Parse(File.ReadAllText(_folder["market.json"]));
        string[] names = [.. file.RootElement.EnumerateObject().Select(property => property.Name)];
        names[..12].ShouldBe(
        [
            "chainId", "firstBlock", "money", "trustedKeys", "datasets", "proposals", "jobs", "workers", "models", "predictions",
            "usage", "requests",
        ]);
        names.Length.ShouldBe(3 + MarketWords.Contracts.Count);
    }

    [Fact]
    public void A_name_that_is_there_twice_is_told()
    {
        market.Addresses.Save(_folder["market.json"]);
        var text = File.ReadAllText(_folder["market.json"]);
        File.WriteAllText(_folder["market.json"], text.Replace("{", "{\"chainId\": 1,", StringComparison.Ordinal));
        Should.Throw<FormatException>(() => MarketFile.Load(_folder["market.json"])).Message.ShouldContain("chainId");
    }

    [Fact]
    public void A_contract_that_no_word_has_is_refused()
    {
        market.Addresses.Save(_folder["market.json"]);
        var text = File.ReadAllText(_folder["market.json"]);
        File.WriteAllText(_folder["market.json"], text.Replace("\"requests\"", "\"wishes\"", StringComparison.Ordinal));
        Should.Throw<FormatException>(() => MarketFile.Load(_folder["market.json"])).Message.ShouldContain("requests");
        File.WriteAllText(_folder["market.json"], text.Replace("\"requests\"", "\"wishes\": \"\", \"requests\"", StringComparison.Ordinal));
        Should.Throw<FormatException>(() => MarketFile.Load(_folder["market.json"])).Message.ShouldContain("wishes");
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"chainId":31337}""")]
    [InlineData("half a fi")]
    public void A_damaged_file_is_named(string text)
    {
        File.WriteAllText(_folder["market.json"], text);
        Should.Throw<FormatException>(() => MarketFile.Load(_folder["market.json"])).Message.ShouldContain(_folder["market.json"]);
    }

    [Fact]
    public void An_address_that_was_mistyped_is_found()
    {
        market.Addresses.Save(_folder["market.json"]);
        var text = File.ReadAllText(_folder["market.json"]);
        var address = market.Addresses.Jobs.ToString();
        File.WriteAllText(_folder["market.json"],
            text.Replace(address, address[..^1] + (address[^1] == '1' ? '2' : '1'), StringComparison.Ordinal));
        Should.Throw<FormatException>(() => MarketFile.Load(_folder["market.json"]));
    }
}
