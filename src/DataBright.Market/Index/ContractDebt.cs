using System.Numerics;
using DataBright.Ethereum;

namespace DataBright.Market.Index;

/// <summary>What a contract owes, in units of money. Events that contradict each other may make it less than nothing.</summary>
internal readonly record struct ContractDebt(string Name, Address Address, BigInteger Units)
{
    /// <summary>Equal bonds beside that, whose amount no event tells; null where it holds none of the kind.</summary>
    public HeldBonds? Bonds { get; init; }

    /// <summary>What it owes, once whatever its events do not tell is asked; null where that is no sum of money.</summary>
    public async Task<Money?> SumAsync(EthereumClient client, CancellationToken stop)
    {
        var units = Units + (Bonds is { } bonds ? bonds.Count * (BigInteger)await client.CallAsync(bonds.Amount, stop: stop) : 0);
        return units < 0 || units > UInt128.MaxValue ? null : new Money((UInt128)units);
    }
}
