using DataBright.Ethereum;
using DataBright.Market.Generated;

namespace DataBright.Market;

/// <summary>What a new market is set up with.</summary>
public sealed record MarketTerms
{
    /// <summary>The ERC-20 that everything is paid in; null deploys a test dollar that the deployer can mint.</summary>
    public Address? Money { get; init; }

    /// <summary>Who registers schedulers and referees; null is the deployer. It can touch nobody's money.</summary>
    public Address? Administrator { get; init; }

    /// <summary>The least a worker puts up.</summary>
    public Money MinimumStake { get; init; } = Market.Money.Dollars(100);

    /// <summary>How long a leaving worker's stake can still be taken. At most a year.</summary>
    public TimeSpan CoolDown { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Put up by whoever posts a usage dividend and by whoever challenges it; not nothing.</summary>
    public Money UsageBond { get; init; } = Market.Money.Dollars(50);

    /// <summary>How long a usage dividend can be challenged, and how long the job's own referee has to rule before others may. At most 90 days.</summary>
    public TimeSpan UsageWindow { get; init; } = TimeSpan.FromDays(3);

    /// <summary>How long a worker can still settle after the buyer of a prediction channel asked for its money back. At most 90 days.</summary>
    public TimeSpan ChallengePeriod { get; init; } = TimeSpan.FromDays(1);
}

/// <summary>Sets up a market on a chain.</summary>
public static class MarketDeployment
{
    /// <summary>
    /// What each contract that holds other people's money keeps for good. Money writes a new balance for 17,100 gas more than it
    /// changes one, so without it whoever puts a bond into an empty contract would pay that, and again whenever it had become empty.
    /// </summary>
    internal static readonly Money DustReserve = new(1);

    /// <summary>Deploys the contracts. Each is told the ones before it when it is made and nothing can be changed later.</summary>
    /// <remarks>A deployment that is broken off, or into which the deployer sends something else, costs its gas and nothing else: start again.</remarks>
    public static async Task<MarketAddresses> DeployAsync(EthereumClient client, MarketTerms terms, Signer deployer, CancellationToken stop)
    {
        ulong chain = await client.ChainIdAsync(stop);
        if (terms.Money is { } given) await RequireDustReservesAsync(client, given, deployer.Address, stop);
        ulong first = await client.BlockNumberAsync(stop) + 1;
        var money = terms.Money ?? await DeployAsync("TestDollar", TestDollar.Deploy(deployer.Address));
        var keys = await DeployAsync("TrustedKeys", TrustedKeys.Deploy(terms.Administrator ?? deployer.Address));
        // Votes take measurements of jobs, and jobs are about votes: one of the two must be told where the other will be.
        var jobsAt = deployer.Address.Creates(await client.NonceAsync(deployer.Address, BlockTag.Pending, stop) + 1);
        var datasets = await DeployAsync("Datasets", Generated.Datasets.Deploy(money, keys, jobsAt, Keccak.Hash(Generated.Shares.Deploy(money))));
        var jobs = await DeployAsync("Jobs", Generated.Jobs.Deploy(
            money, keys, datasets, terms.MinimumStake.Units, (ulong)terms.CoolDown.TotalSeconds, terms.UsageBond.Units,
            (ulong)terms.UsageWindow.TotalSeconds));
        var models = await DeployAsync("Models", Generated.Models.Deploy(datasets, jobs, keys));
        var predictions = await DeployAsync(
            "Predictions", Generated.Predictions.Deploy(money, datasets, models, (ulong)terms.ChallengePeriod.TotalSeconds));
        var requests = await DeployAsync("Requests", Generated.Requests.Deploy(money, datasets));

        // Those that are made by another contract.
        var proposals = await client.CallAsync(Generated.Datasets.Proposals(datasets), stop: stop);
        var workers = await client.CallAsync(Generated.Jobs.Workers(jobs), stop: stop);
        var usage = await client.CallAsync(Generated.Jobs.Usage(jobs), stop: stop);
        foreach (var keeper in (Address[])[proposals, jobs, predictions, usage, requests])
            await deployer.SendAsync(terms.Money is null ? TestDollar.Mint(money, keeper, DustReserve) : TestDollar.Transfer(money, keeper, DustReserve), stop);
        return new MarketAddresses(chain, first, money, keys, datasets, proposals, jobs, workers, models, predictions, usage, requests);

        async Task<Address> DeployAsync(string contract, byte[] initCode) =>
            (await deployer.DeployAsync(contract, initCode, stop)).ContractAddress
            ?? throw new InvalidOperationException($"The receipt of {contract} names no contract.");
    }

    private static async Task RequireDustReservesAsync(EthereumClient client, Address money, Address deployer, CancellationToken stop)
    {
        var has = (Money)await client.CallAsync(TestDollar.BalanceOf(money, deployer), stop: stop);
        var needed = DustReserve * 5;
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

/// <summary>The chain answers but the market's contracts are not on it.</summary>
public sealed class MarketMissingException(MarketAddresses addresses, Address contract) : DataBrightException(
    FailureKind.Unavailable,
    $"The chain {addresses.ChainId} has no contract at {contract}: it was reset, or it is another chain with the same number. " +
    "Point to the chain the market was set up on, or set up a new market.");
