using DataBright.Ethereum;
using DataBright.Storage;
using Contract = DataBright.Market.Generated.Usage;

namespace DataBright.Market.Usage;

/// <summary>What is done about usage dividends, each act as a value.</summary>
public sealed class UsageActs
{
    private readonly MarketAddresses _market;

    internal UsageActs(MarketAddresses market) => _market = market;

    private Address At => _market.Usage;

    /// <summary>Says who gets what, and puts up the bond, by the job's scheduler.</summary>
    public LedgerAct Post(UsageSheet sheet, Cid evidence, Money bond) =>
        new(Contract.Post(At, sheet.Job, sheet.Root, sheet.Total.Units, evidence.ToBytes())) { Takes = Of(bond) };

    /// <summary>Says that what was posted is wrong, and puts up as much as the poster.</summary>
    public LedgerAct Challenge(JobId job, string reason, Money bond) => new(Contract.Challenge(At, job, reason)) { Takes = Of(bond) };

    /// <summary>Says who gets what by a referee's own valuation. Gives whether what was posted was right.</summary>
    public LedgerAct<bool> Rule(Signed<UsageRuling> ruling)
    {
        var statement = ruling.Statement;
        var typed = new Contract.Ruling(statement.Job, statement.Root, statement.Total.Units, statement.Evidence.ToHash32());
        return new(Contract.Rule(At, typed, ruling.Signature.ToBytes()), receipt =>
            receipt.Event(At, Contract.Events.UsageRuled.Matches, Contract.Events.UsageRuled.Decode).Upheld);
    }

    /// <summary>Makes final what nobody challenged in time.</summary>
    public LedgerAct Confirm(JobId job) => new(Contract.Confirm(At, job));

    /// <summary>Pays a contributor its line of a final sheet.</summary>
    public LedgerAct Claim(JobId job, Address contributor, Money amount, IReadOnlyList<Hash32> proof) =>
        new(Contract.ClaimFor(At, job, contributor, amount.Units, [.. proof]));

    /// <summary>Pays an account the bonds it is owed.</summary>
    public LedgerAct<Money> Withdraw(Address account) => new(Contract.WithdrawFor(At, account), receipt =>
        (Money)receipt.Event(At, Contract.Events.CreditWithdrawn.Matches, Contract.Events.CreditWithdrawn.Decode).Amount);

    private MoneyApproval? Of(Money bond) => MoneyApproval.Of(_market.Money, At, bond);
}
