using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Predictions;

namespace DataBright.Serving;

/// <summary>Sees to it that a buyer's channel holds enough.</summary>
public static class ChannelFunding
{
    /// <summary>Tops up a channel that is open on the ledger, or opens one.</summary>
    /// <param name="ledger">The market.</param>
    /// <param name="known">The channel that the buyer remembers; null for none.</param>
    /// <param name="model">What is to be served.</param>
    /// <param name="worker">By whom.</param>
    /// <param name="deposit">What is added, or deposited.</param>
    /// <param name="cost">What has to be affordable then.</param>
    /// <param name="buyer">Who pays.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="RuleBrokenException">The worker does not serve the model, or the money is not there.</exception>
    public static async Task<OpenChannel> EnsureAsync(Market.Ledger ledger, OpenChannel? known, ModelId model, Address worker,
        Money deposit, Money cost, Signer buyer, CancellationToken stop)
    {
        if (deposit < cost) deposit = cost;
        if (known is not null && await ledger.Predictions.FindAsync(known.Id, stop) is { State: ChannelState.Open } open)
        {
            await ledger.Predictions.TopUpAsync(open.Id, deposit, buyer, stop);
            return known with { Deposit = open.Deposit + deposit, Signed = known.Signed > open.Settled ? known.Signed : open.Settled };
        }

        var channel = await ledger.Predictions.OpenAsync(model, worker, voucherKey: null, deposit, buyer, stop);
        return new OpenChannel(channel.Id, model, worker, buyer.Address, channel.Deposit, Money.Zero);
    }
}
