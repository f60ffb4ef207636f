using DataBright.Ethereum;
using DataBright.Market.Models;
using Contract = DataBright.Market.Generated.Predictions;

namespace DataBright.Market.Predictions;

/// <summary>What is done about prediction channels, each act as a value.</summary>
public sealed class PredictionActs
{
    private readonly MarketAddresses _market;

    internal PredictionActs(MarketAddresses market) => _market = market;

    private Address At => _market.Predictions;

    /// <summary>Lets a worker serve a model for a part of what buyers pay.</summary>
    public LedgerAct Appoint(ModelId model, Address worker, int workerBps) =>
        new(Contract.Appoint(At, model, worker, checked((ushort)workerBps)));

    /// <summary>Lets no new channels be opened to a worker.</summary>
    public LedgerAct Dismiss(ModelId model, Address worker) => new(Contract.Dismiss(At, model, worker));

    /// <summary>Opens a channel to a worker with a deposit.</summary>
    public LedgerAct<Channel> Open(ModelId model, Address worker, Address? voucherKey, Money deposit) => new(
        Contract.Open(At, model, worker, voucherKey ?? Address.Zero, deposit.Units), receipt =>
        {
            var opened = receipt.Event(At, Contract.Events.ChannelOpened.Matches, Contract.Events.ChannelOpened.Decode);
            return new Channel(
                new ChannelId(Figures.Long(opened.ChannelId)), ChannelState.Open, opened.Buyer, opened.Signer, opened.Worker, model,
                Figures.Int(opened.WorkerBps), deposit, Money.Zero, ClosesAt: null);
        })
    { Takes = Of(deposit) };

    /// <summary>Adds to an open channel's deposit.</summary>
    public LedgerAct TopUp(ChannelId channel, Money amount) => new(Contract.TopUp(At, channel, amount.Units)) { Takes = Of(amount) };

    /// <summary>Turns a voucher into credits.</summary>
    public LedgerAct<ChannelSettlement> Settle(Signed<Voucher> voucher)
    {
        var (channel, cumulative) = (voucher.Statement.Channel, voucher.Statement.Cumulative);
        return new(Contract.Settle(At, channel, cumulative.Units, voucher.Signature.ToBytes()), receipt =>
        {
            var settled = receipt.Event(At, Contract.Events.VoucherSettled.Matches, Contract.Events.VoucherSettled.Decode);
            return new ChannelSettlement(channel, cumulative, (Money)settled.WorkerPart, (Money)settled.ModelPart);
        });
    }

    /// <summary>Asks for the buyer's money back. Gives from when anyone may close the channel.</summary>
    public LedgerAct<DateTimeOffset> BeginClosing(ChannelId channel) => new(Contract.BeginClosing(At, channel), receipt =>
        ChainTime.From(receipt.Event(At, Contract.Events.ClosingBegun.Matches, Contract.Events.ClosingBegun.Decode).ClosesAt));

    /// <summary>Ends a channel. Gives what was credited to the buyer.</summary>
    public LedgerAct<Money> Close(ChannelId channel) => new(Contract.Close(At, channel), receipt =>
        (Money)receipt.Event(At, Contract.Events.ChannelClosed.Matches, Contract.Events.ChannelClosed.Decode).Refund);

    /// <summary>Distributes what a model earned to its owner, its dataset's shareholders and its parents.</summary>
    public LedgerAct<Distribution> Distribute(ModelId model, IEnumerable<ModelId> parents) => new(
        Contract.Distribute(At, model, ModelRegistration.Ascending(parents)), receipt =>
        {
            var done = receipt.Event(At, Contract.Events.EarningsDistributed.Matches, Contract.Events.EarningsDistributed.Decode);
            var royalties = receipt.Logs.Where(log => log.Address == At && Contract.Events.RoyaltyPaid.Matches(log))
                .Select(Contract.Events.RoyaltyPaid.Decode);
            return new Distribution(
                model, (Money)done.Amount, (Money)done.DatasetPart, (Money)done.OwnerPart,
                [.. royalties.Select(royalty => (new ModelId(Figures.Long(royalty.Parent)), (Money)royalty.Amount))]);
        });

    /// <summary>Pays an account everything that predictions owe it.</summary>
    public LedgerAct<Money> Withdraw(Address account) => new(Contract.WithdrawFor(At, account), receipt =>
        (Money)receipt.Event(At, Contract.Events.CreditWithdrawn.Matches, Contract.Events.CreditWithdrawn.Decode).Amount);

    private MoneyApproval? Of(Money sum) => MoneyApproval.Of(_market.Money, At, sum);
}
