using System.Runtime.InteropServices;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Predictions;

namespace DataBright.Serving;

/// <summary>What a buyer asks of a model.</summary>
/// <param name="Voucher">What pays for it; null asks for a trial.</param>
/// <param name="Inputs">Examples × values, as the model takes them.</param>
public sealed record PredictionRequest(Signed<Voucher>? Voucher, ReadOnlyMemory<float> Inputs)
{
    /// <summary>What receipts call the inputs.</summary>
    public Hash32 InputsHash { get; } = HashOf(Inputs.Span);

    public static Hash32 HashOf(ReadOnlySpan<float> values) =>
        BitConverter.IsLittleEndian ? Keccak.Hash(MemoryMarshal.AsBytes(values))
            : throw new PlatformNotSupportedException("Values are hashed in little-endian order.");
}

/// <summary>A worker's answer.</summary>
/// <param name="Receipt">What it says it answered.</param>
/// <param name="Proof">Its signature.</param>
/// <param name="Scores">Examples × classes scores of the last layer.</param>
/// <param name="Classes">Scores of one example; 0 where only the caller knows.</param>
public sealed record PredictionAnswer(PredictionReceipt Receipt, AnswerProof Proof, ReadOnlyMemory<float> Scores, int Classes = 0);
