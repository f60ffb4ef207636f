using DataBright.Ethereum;

namespace DataBright.Market.Words;

/// <summary>A market that is being set up: each word deploys its contract, and is told those before it.</summary>
internal sealed class MarketSetup(EthereumClient client, MarketTerms terms, Signer deployer, CancellationToken stop)
{
    private readonly List<(string Name, Address Address)> _made = [];

    public MarketTerms Terms => terms;

    /// <summary>The ERC-20 that everything is paid in.</summary>
    public required Address Money { get; init; }

    /// <summary>Who registers schedulers and referees.</summary>
    public Address Administrator => terms.Administrator ?? deployer.Address;

    /// <summary>The contracts so far, in order.</summary>
    public IReadOnlyList<(string Name, Address Address)> Made => _made;

    /// <summary>Where the contract of an earlier word is.</summary>
    public Address this[string contract] => _made.First(one => one.Name == contract).Address;

    public void Add(string contract, Address address) => _made.Add((contract, address));

    public async Task<Address> DeployAsync(string contract, byte[] initCode) =>
        (await deployer.DeployAsync(contract, initCode, stop)).ContractAddress
        ?? throw new InvalidOperationException($"The receipt of {contract} names no contract.");

    /// <summary>Where a contract is that another one made.</summary>
    public Task<Address> AskAsync(ContractCall<Address> call) => client.CallAsync(call, stop: stop);

    /// <summary>Where the contract will be that is deployed after the next one, for two that must be told each other.</summary>
    public async Task<Address> AfterNextAsync() =>
        deployer.Address.Creates(await client.NonceAsync(deployer.Address, BlockTag.Pending, stop) + 1);
}
