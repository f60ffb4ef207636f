using DataBright.Ethereum;
using Contract = DataBright.Market.Generated.Workers;

namespace DataBright.Market.Workers;

/// <summary>What workers do about their place in the register, each act as a value.</summary>
public sealed class WorkerActs
{
    private readonly MarketAddresses _market;

    internal WorkerActs(MarketAddresses market) => _market = market;

    private Address At => _market.Workers;

    /// <summary>Registers the sender, and puts up its stake.</summary>
    /// <param name="stake">What a proved lie can cost.</param>
    /// <param name="minimumFee">The least pay for one task.</param>
    /// <param name="encryption">The key to which shards are encrypted.</param>
    /// <param name="capabilities">Digest of what the machine can do.</param>
    public LedgerAct Register(Money stake, Money minimumFee, PublicKey encryption, Digest capabilities) => new(
        Contract.Register(At, stake.Units, minimumFee.Units, encryption.ToCompressed(), capabilities.ToHash32())) { Takes = Of(stake) };

    public LedgerAct ChangeMinimumFee(Money minimumFee) => new(Contract.ChangeMinimumFee(At, minimumFee.Units));

    public LedgerAct AddStake(Money sum) => new(Contract.AddStake(At, sum.Units)) { Takes = Of(sum) };

    /// <summary>Begins to leave. Gives when the stake is free.</summary>
    public LedgerAct<DateTimeOffset> BeginExit() => new(Contract.BeginExit(At), receipt =>
        ChainTime.From(receipt.Event(At, Contract.Events.ExitBegun.Matches, Contract.Events.ExitBegun.Decode).ExitAt));

    /// <summary>Takes the stake back after the cool-down.</summary>
    public LedgerAct<Money> WithdrawStake() => new(Contract.WithdrawStake(At), receipt =>
        (Money)receipt.Event(At, Contract.Events.StakeWithdrawn.Matches, Contract.Events.StakeWithdrawn.Decode).Amount);

    private MoneyApproval? Of(Money sum) => MoneyApproval.Of(_market.Money, At, sum);
}
