using DataBright.Ethereum;

namespace DataBright.Market;

/// <summary>Where a market lives: its chain and the addresses of its contracts. Each word offers its own as a property of this.</summary>
public sealed record MarketAddresses
{
    private readonly IReadOnlyList<(string Name, Address Address)> _contracts;

    /// <param name="chainId">The chain's EIP-155 id.</param>
    /// <param name="firstBlock">The block of the first deployment: nothing of this market is older.</param>
    /// <param name="money">The ERC-20 that everything is paid in.</param>
    /// <param name="contracts">The words' contracts by their names, in the order of the words.</param>
    public MarketAddresses(ulong chainId, ulong firstBlock, Address money, IEnumerable<(string Name, Address Address)> contracts) =>
        (ChainId, FirstBlock, Money, _contracts) = (chainId, firstBlock, money, [.. contracts]);

    public ulong ChainId { get; init; }

    public ulong FirstBlock { get; init; }

    public Address Money { get; init; }

    /// <summary>The words' contracts, in the order of the words.</summary>
    public IReadOnlyList<(string Name, Address Address)> Named => _contracts;

    /// <summary>The contracts that log events, other than the share tokens.</summary>
    public IReadOnlyList<Address> Contracts => [Money, .. _contracts.Select(contract => contract.Address)];

    /// <summary>Where a word's contract is, by its name in Solidity.</summary>
    /// <exception cref="KeyNotFoundException">The market has no contract of that name.</exception>
    public Address this[string contract]
    {
        get
        {
            foreach (var (name, address) in _contracts)
                if (name == contract) return address;
            throw new KeyNotFoundException($"A market has no contract {contract}.");
        }
    }

    /// <summary>Which word's contract is at an address; null where none is.</summary>
    public string? NameOf(Address address)
    {
        foreach (var (name, at) in _contracts)
            if (at == address) return name;
        return null;
    }

    /// <summary>The same market with one contract elsewhere.</summary>
    public MarketAddresses With(string contract, Address address) =>
        new(ChainId, FirstBlock, Money, _contracts.Select(one => one.Name == contract ? (one.Name, address) : one));

    public bool Equals(MarketAddresses? other) => other is not null
        && (ChainId, FirstBlock, Money) == (other.ChainId, other.FirstBlock, other.Money) && _contracts.SequenceEqual(other._contracts);

    public override int GetHashCode() => HashCode.Combine(ChainId, FirstBlock, Money, _contracts.Count);
}
