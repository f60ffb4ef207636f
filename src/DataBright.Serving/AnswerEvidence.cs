using System.Buffers.Binary;
using DataBright.Ethereum;
using DataBright.Learning.Training;
using DataBright.Market;
using DataBright.Market.Predictions;

namespace DataBright.Serving;

/// <summary>Whether a kept answer is what the model says.</summary>
public enum AnswerFinding
{
    /// <summary>The worker did not sign this, or it is about another market.</summary>
    Unsigned,

    /// <summary>The worker signed that another checkpoint answered than the ledger has of the model.</summary>
    OtherCheckpoint,

    /// <summary>The worker signed scores that the checkpoint does not give.</summary>
    Lie,

    /// <summary>The checkpoint gives these scores, to the bit.</summary>
    True,
}

/// <summary>
/// An answer with everything that is needed to judge it: results are equal to the bit, so whoever has the parameters computes it again and
/// knows.
/// A worker cannot deny what it signed, and nobody can make up what it did not.
/// </summary>
/// <param name="ChainId">The chain of the market it was given in.</param>
/// <param name="Predictions">The contract it was given under.</param>
/// <param name="Worker">Who answered.</param>
/// <param name="Receipt">What it signed.</param>
/// <param name="Path">From the receipt up to the root it signed.</param>
/// <param name="Signature">Its signature.</param>
/// <param name="Inputs">The inputs, little-endian binary32 in base64.</param>
/// <param name="Scores">The scores, likewise.</param>
public sealed record AnswerEvidence(
    ulong ChainId, Address Predictions, Address Worker, PredictionReceipt Receipt, IReadOnlyList<Hash32> Path, Signature Signature,
    string Inputs, string Scores)
{
    private const int MaxValues = 1 << 24;

    /// <summary>Keeps an answer.</summary>
    public static AnswerEvidence Of(MarketAddresses market, Address worker, ReadOnlyMemory<float> inputs, PredictionAnswer answer) => new(
        market.ChainId, market.Predictions, worker, answer.Receipt, answer.Proof.Path, answer.Proof.Signature, Write(inputs.Span),
        Write(answer.Scores.Span));

    /// <summary>Judges it.</summary>
    /// <param name="market">The market it should be of.</param>
    /// <param name="checkpoint">What the ledger says the model's checkpoint is.</param>
    /// <param name="model">The model, loaded and checked against the ledger.</param>
    /// <exception cref="FormatException">Inputs or scores cannot be read, or are not what was signed.</exception>
    public AnswerFinding Judge(MarketAddresses market, Digest checkpoint, Predictor model)
    {
        var (inputs, scores) = (Read(Inputs, nameof(Inputs)), Read(Scores, nameof(Scores)));
        if (PredictionRequest.HashOf(inputs) != Receipt.Inputs) throw new FormatException("The inputs are not those of the receipt.");
        if (PredictionRequest.HashOf(scores) != Receipt.Outputs) throw new FormatException("The scores are not those of the receipt.");
        if (ChainId != market.ChainId || Predictions != market.Predictions
            || !new AnswerStatements(market).Verify(Receipt, new AnswerProof(Path, Signature), Worker)) return AnswerFinding.Unsigned;
        if (Receipt.Checkpoint != checkpoint) return AnswerFinding.OtherCheckpoint;
        if (inputs.Length == 0 || inputs.Length % model.Architecture.Input.Size != 0)
            throw new FormatException($"The model takes examples of {model.Architecture.Input.Size} values; these are {inputs.Length}.");
        return PredictionRequest.HashOf(model.Predict(inputs)) == Receipt.Outputs ? AnswerFinding.True : AnswerFinding.Lie;
    }

    private static string Write(ReadOnlySpan<float> values)
    {
        var bytes = new byte[values.Length * sizeof(float)];
        for (var i = 0; i < values.Length; i++) BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(4 * i), values[i]);
        return Convert.ToBase64String(bytes);
    }

    private static float[] Read(string text, string what)
    {
        if (text.Length > MaxValues / 3 * 16) throw new FormatException($"{what}: more than {MaxValues} values.");
        var bytes = Convert.FromBase64String(text);
        if (bytes.Length % sizeof(float) != 0) throw new FormatException($"{what}: {bytes.Length} bytes are no whole number of values.");
        var values = new float[bytes.Length / sizeof(float)];
        for (var i = 0; i < values.Length; i++) values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(4 * i));
        return values;
    }
}
