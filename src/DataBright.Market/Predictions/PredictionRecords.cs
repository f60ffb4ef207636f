using DataBright.Ethereum;

namespace DataBright.Market.Predictions;

public enum ChannelState
{
    /// <summary>Vouchers buy predictions.</summary>
    Open = 1,

    /// <summary>The buyer asked for its money back; the worker can still settle.</summary>
    Closing,

    /// <summary>What was not settled is the buyer's again.</summary>
    Closed,
}

/// <summary>A buyer's way of paying one worker for predictions of one model.</summary>
/// <param name="Id">Its number.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Buyer">Who gets back what is not spent.</param>
/// <param name="Signer">Whose vouchers count: the buyer, or a key that it uses for this channel alone.</param>
/// <param name="Worker">Who serves the model.</param>
/// <param name="Model">What is served.</param>
/// <param name="WorkerBps">The worker's part of what is paid, in parts per ten thousand.</param>
/// <param name="Deposit">All that was ever deposited.</param>
/// <param name="Settled">All that was ever settled.</param>
/// <param name="ClosesAt">From when anyone may close it; null unless it is closing.</param>
public sealed record Channel(
    ChannelId Id, ChannelState State, Address Buyer, Address Signer, Address Worker, ModelId Model, int WorkerBps, Money Deposit,
    Money Settled,
    DateTimeOffset? ClosesAt);

/// <summary>All that a buyer has paid through a channel so far. A later voucher replaces the ones before it.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Cumulative">The sum over all predictions, not the price of one.</param>
public sealed record Voucher(ChannelId Channel, Money Cumulative);

/// <summary>What a settlement brought.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Cumulative">All that is settled on it now.</param>
/// <param name="WorkerPart">Credited to the worker by this settlement.</param>
/// <param name="ModelPart">Added to the model's earnings by it.</param>
public sealed record ChannelSettlement(ChannelId Channel, Money Cumulative, Money WorkerPart, Money ModelPart);

/// <summary>Where a model's earnings went.</summary>
/// <param name="Model">The model.</param>
/// <param name="Amount">What was distributed.</param>
/// <param name="DatasetPart">The dividend of its dataset's shareholders.</param>
/// <param name="OwnerPart">Its owner's credit.</param>
/// <param name="Royalties">What became earnings of its parents.</param>
public sealed record Distribution(ModelId Model, Money Amount, Money DatasetPart, Money OwnerPart,
    IReadOnlyList<(ModelId Parent, Money Amount)> Royalties);
