using DataBright.Ethereum;
using Contract = DataBright.Market.Generated.TestDollar;

namespace DataBright.Market;

/// <summary>What is done with the market's money alone, each act as a value.</summary>
public static class DollarActs
{
    public static LedgerAct Transfer(Address money, Address to, Money sum) => new(Contract.Transfer(money, to, sum));

    /// <summary>Makes money out of nothing, by the owner of a test dollar.</summary>
    public static LedgerAct Mint(Address money, Address to, Money sum) => new(Contract.Mint(money, to, sum));

    /// <summary>Lets somebody take so much of the sender's money.</summary>
    public static LedgerAct Approve(Address money, Address spender, Uint256 sum) => new(Contract.Approve(money, spender, sum));
}
