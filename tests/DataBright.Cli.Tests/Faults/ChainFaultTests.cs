using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Terminal;

namespace DataBright.Cli.Tests.Faults;

/// <summary>A chain that is not there, or is not the one that the market lives on.</summary>
public sealed class ChainFaultTests : IDisposable
{
    private readonly TemporaryFolder _home = new();

    public ChainFaultTests()
    {
        var somewhere = Address.Parse("0x00000000000000000000000000000000000000aa");
        MarketWords.AddressesAt(31337, 1, (_, _) => somewhere).Save(_home["market.json"]);
    }

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task A_chain_that_is_down_is_named() =>
        (await ListAsync("http://127.0.0.1:9")).ShouldFailClearly(ExitCode.Unreachable, "http://127.0.0.1:9");

    [Fact]
    public async Task A_web_page_is_not_taken_for_a_chain()
    {
        await using var page = new FakeChain(null);

        (await ListAsync(page.Url)).ShouldFailClearly(ExitCode.Unreachable, page.Url);
    }

    [Fact]
    public async Task Another_chain_is_refused_with_both_numbers()
    {
        await using var other = FakeChain.Empty(5);

        (await ListAsync(other.Url)).ShouldFailClearly(ExitCode.Unreachable, "5", "31337");
    }

    [Fact]
    public async Task A_chain_that_was_reset_is_told_from_the_markets()
    {
        await using var reset = FakeChain.Empty(31337);

        (await ListAsync(reset.Url)).ShouldFailClearly(ExitCode.Unreachable, "no contract at");
    }

    [Fact]
    public async Task Without_a_chain_it_says_how_to_get_one() =>
        (await Databright.CallAsync(_home.Path, "dataset", "list")).ShouldFailClearly(ExitCode.Unreachable, "databright up", "--rpc");

    [Fact]
    public async Task Without_a_market_it_says_how_to_get_one()
    {
        File.Delete(_home["market.json"]);

        (await ListAsync("http://127.0.0.1:9")).ShouldFailClearly(ExitCode.NotFound, "databright up", "market.json");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"chainId":31337}""")]
    public async Task A_damaged_market_file_is_named(string content)
    {
        File.WriteAllText(_home["market.json"], content);

        (await ListAsync("http://127.0.0.1:9")).ShouldFailClearly(ExitCode.BadInput, _home["market.json"]);
    }

    [Fact]
    public async Task A_market_file_may_begin_with_a_byte_order_mark_and_names_nothing_twice()
    {
        var content = File.ReadAllBytes(_home["market.json"]);
        File.WriteAllBytes(_home["market.json"], [0xEF, 0xBB, 0xBF, .. content]);
        (await ListAsync("http://127.0.0.1:9")).ShouldFailClearly(ExitCode.Unreachable, "http://127.0.0.1:9");
        File.WriteAllText(_home["market.json"], System.Text.Encoding.UTF8.GetString(content).Replace("{", "{\"chainId\":1,"));
        (await ListAsync("http://127.0.0.1:9")).ShouldFailClearly(ExitCode.BadInput, "chainId");
    }

    [Fact]
    public async Task A_node_refuses_a_market_on_another_chain_than_it_was_told()
    {
        await using var other = FakeChain.Empty(5);

        (await Databright.CallAsync(_home.Path, "up", "--roles", "web", "--rpc", other.Url, "--chain-id", "1"))
            .ShouldFailClearly(ExitCode.Unreachable, "5");
    }

    [Fact]
    public async Task A_worker_whose_market_is_down_says_so() =>
        (await Databright.CallAsync(_home.Path, "worker", "start", "--market", "http://127.0.0.1:9"))
            .ShouldFailClearly(ExitCode.Unreachable, "127.0.0.1:9");

    private Task<Finished> ListAsync(string rpc) => Databright.CallAsync(_home.Path, "dataset", "list", "--rpc", rpc);
}
