using DataBright.Market;
using DataBright.Market.Predictions;

namespace DataBright.Serving;

/// <summary>What a serving worker asks of the ledger.</summary>
public interface IChannelLedger
{
    Task<Channel?> FindAsync(ChannelId channel, CancellationToken stop);

    Task<ChannelSettlement> SettleAsync(Signed<Voucher> voucher, CancellationToken stop);
}

/// <summary>The real one.</summary>
public sealed class ChainChannelLedger(PredictionLedger ledger, Signer worker) : IChannelLedger
{
    public Task<Channel?> FindAsync(ChannelId channel, CancellationToken stop) => ledger.FindAsync(channel, stop);

    public Task<ChannelSettlement> SettleAsync(Signed<Voucher> voucher, CancellationToken stop) =>
        ledger.SettleAsync(voucher, worker, stop);
}
