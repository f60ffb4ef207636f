using DataBright.Ethereum;
using DataBright.Market.Generated;

namespace DataBright.Market;

/// <summary>The sum that a contract takes for an act, which its sender approves before.</summary>
public sealed record MoneyApproval(Address Money, Address Contract, Money Sum)
{
    /// <summary>Null for no money, which needs no approval.</summary>
    internal static MoneyApproval? Of(Address money, Address contract, Money sum) =>
        sum == Market.Money.Zero ? null : new MoneyApproval(money, contract, sum);

    /// <summary>The approval of exactly the sum; null where the contract may take as much already.</summary>
    public async Task<ContractCall?> FindMissingAsync(EthereumClient client, Address sender, CancellationToken stop) =>
        await client.CallAsync(TestDollar.Allowance(Money, sender, Contract), stop: stop) < (Uint256)Sum
            ? DollarActs.Approve(Money, Contract, Sum).Call : null;
}
