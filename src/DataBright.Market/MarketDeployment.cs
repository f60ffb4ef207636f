using DataBright.Ethereum;
using DataBright.Market.Generated;
using DataBright.Market.Words;

namespace DataBright.Market;

/// <summary>Sets up a market on a chain.</summary>
public static class MarketDeployment
{
    /// <summary>Deploys the contracts. Each is told the ones before it when it is made and nothing can be changed later.</summary>
    /// <remarks>A deployment that is broken off, or into which the deployer sends something else, costs its gas and nothing else: start
    /// again.</remarks>
    public static async Task<MarketAddresses> DeployAsync(EthereumClient client, MarketTerms terms, Signer deployer, CancellationToken stop)
    {
        ulong chain = await client.ChainIdAsync(stop);
        if (terms.Money is { } given) await RequireDustReservesAsync(client, given, deployer.Address, stop);
        ulong first = await client.BlockNumberAsync(stop) + 1;
        var setup = new MarketSetup(client, terms, deployer, stop) { Money = terms.Money ?? await DeployMoneyAsync(deployer, stop) };
        foreach (var word in MarketWords.All)
            if (word.SetUp is { } setUp) setup.Add(word.ContractName, await setUp(setup));
        foreach (var word in MarketWords.All.Where(word => word.HoldsMoney))
            await deployer.SendAsync(ReserveOf(setup[word.ContractName], terms, setup.Money), stop);
        return new MarketAddresses(chain, first, setup.Money, setup.Made);
    }

    private static async Task<Address> DeployMoneyAsync(Signer deployer, CancellationToken stop) =>
        (await deployer.DeployAsync("TestDollar", TestDollar.Deploy(deployer.Address), stop)).ContractAddress
        ?? throw new InvalidOperationException("The receipt of TestDollar names no contract.");

    private static LedgerAct ReserveOf(Address contract, MarketTerms terms, Address money) =>
        terms.Money is null ? DollarActs.Mint(money, contract, DustReserve.Sum) : DollarActs.Transfer(money, contract, DustReserve.Sum);

    private static async Task RequireDustReservesAsync(EthereumClient client, Address money, Address deployer, CancellationToken stop)
    {
        var has = (Money)await client.CallAsync(TestDollar.BalanceOf(money, deployer), stop: stop);
        var needed = DustReserve.Sum * (ulong)MarketWords.All.Count(word => word.HoldsMoney);
        if (has < needed)
            throw RuleBrokenException.Of(
                Rule.ERC20InsufficientBalance, new("sender", deployer), new("balance", (Uint256)has), new("needed", (Uint256)needed));
    }

    /// <summary>Makes sure that a chain is the one the addresses are of, and that the market is on it.</summary>
    /// <exception cref="ChainException">It is another chain.</exception>
    /// <exception cref="MarketMissingException">The chain has been reset, or is another one with the same id.</exception>
    public static async Task RequireAsync(EthereumClient client, MarketAddresses addresses, CancellationToken stop)
    {
        await client.RequireChainAsync(addresses.ChainId, stop);
        foreach (var contract in addresses.Contracts)
            if ((await client.CodeAsync(contract, stop: stop)).Length == 0)
                throw new MarketMissingException(addresses, contract);
    }
}
