using DataBright.Ethereum;
using Contract = DataBright.Market.Generated.Shares;

namespace DataBright.Market.Shares;

/// <summary>What is done with shares, each act as a value. A dataset's shares are a contract of their own.</summary>
public static class ShareActs
{
    /// <summary>Lets another vote with the sender's shares; itself takes the votes back.</summary>
    public static LedgerAct Delegate(Address token, Address to) => new(Contract.Delegate(token, to));

    public static LedgerAct Transfer(Address token, Address to, ShareAmount shares) => new(Contract.Transfer(token, to, shares));

    /// <summary>Spreads money over all shares that exist at this moment.</summary>
    public static LedgerAct Deposit(Address token, Address money, Money sum) =>
        new(Contract.Deposit(token, sum)) { Takes = MoneyApproval.Of(money, token, sum) };

    /// <summary>Pays a holder what its shares have earned.</summary>
    public static LedgerAct<Money> Claim(Address token, Address holder) => new(Contract.ClaimFor(token, holder), receipt =>
        (Money)receipt.Event(token, Contract.Events.DividendClaimed.Matches, Contract.Events.DividendClaimed.Decode).Amount);
}
