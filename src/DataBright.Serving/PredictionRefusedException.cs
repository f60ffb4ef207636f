using DataBright.Market;
using DataBright.Market.Predictions;

namespace DataBright.Serving;

/// <summary>Why a worker does not answer.</summary>
public enum PredictionRefusal
{
    /// <summary>This worker does not serve the model.</summary>
    ModelNotServed,

    /// <summary>The inputs are not what the model takes, or the request cannot be read.</summary>
    Malformed,

    /// <summary>The ledger has no such channel.</summary>
    ChannelUnknown,

    /// <summary>The channel pays another worker, or for another model.</summary>
    ChannelOfAnother,

    /// <summary>The channel is closing or closed.</summary>
    ChannelNotOpen,

    /// <summary>The voucher was not signed by the channel's signer.</summary>
    VoucherForged,

    /// <summary>The voucher has bought its predictions already.</summary>
    VoucherSpent,

    /// <summary>The voucher promises more than the channel holds.</summary>
    VoucherTooHigh,

    /// <summary>The voucher adds less than the predictions cost.</summary>
    Underpaid,

    /// <summary>Nothing is left of the trial.</summary>
    TrialOver,

    /// <summary>More requests wait than can be answered soon.</summary>
    Busy,
}

/// <summary>A worker does not answer; nothing was spent. The message says why and what to do.</summary>
public sealed class PredictionRefusedException(PredictionRefusal refusal, string message)
    : RefusedException(KindOf(refusal), $"{refusal}", message)
{
    public PredictionRefusal Refusal { get; } = refusal;

    private static FailureKind KindOf(PredictionRefusal refusal) => refusal switch
    {
        PredictionRefusal.ModelNotServed or PredictionRefusal.ChannelUnknown => FailureKind.NotFound,
        PredictionRefusal.Malformed => FailureKind.Malformed,
        PredictionRefusal.Busy => FailureKind.Unavailable,
        _ => FailureKind.Refused,
    };

    /// <summary>The sum that the voucher must name to buy this; null where money is not the matter.</summary>
    public Money? Needed { get; init; }

    /// <summary>The channel's highest voucher that the worker has: a buyer that lost count goes on from there.</summary>
    public Signed<Voucher>? Highest { get; init; }
}
