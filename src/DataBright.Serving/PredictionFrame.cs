using System.Buffers.Binary;
using System.Runtime.InteropServices;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Predictions;

namespace DataBright.Serving;

/// <summary>
/// Requests and answers as bytes, for speed. A request: channel (8, big-endian), cumulative sum (16, big-endian), signature (65), then the
/// inputs as little-endian binary32; channel 0 asks for a trial. An answer: checkpoint hash (32), number of hashes in the path
/// (1), the path (32 each), signature (65), then the scores as little-endian binary32.
/// </summary>
public static class PredictionFrame
{
    public const string ContentType = "application/vnd.databright.prediction";

    /// <summary>Bytes before the inputs.</summary>
    public const int RequestHead = 8 + 16 + Signature.Size;

    private const int AnswerHead = Hash32.Size + 1;

    public static byte[] Write(PredictionRequest request)
    {
        var bytes = new byte[RequestHead + request.Inputs.Length * sizeof(float)];
        if (request.Voucher is { } voucher)
        {
            BinaryPrimitives.WriteUInt64BigEndian(bytes, voucher.Statement.Channel.Value);
            BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(8), voucher.Statement.Cumulative.Units);
            voucher.Signature.ToBytes().CopyTo(bytes, 24);
        }

        WriteValues(bytes.AsSpan(RequestHead), request.Inputs.Span);
        return bytes;
    }

    /// <exception cref="PredictionRefusedException">The bytes are no request.</exception>
    public static PredictionRequest ReadRequest(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= RequestHead || (bytes.Length - RequestHead) % sizeof(float) != 0)
            throw Malformed($"A request has {RequestHead} bytes and then 4 for each value; these are {bytes.Length}.");
        var inputs = ReadValues(bytes[RequestHead..]);
        var channel = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        if (channel == 0) return new PredictionRequest(null, inputs);
        try
        {
            var voucher = new Voucher(new ChannelId(channel), new Money(BinaryPrimitives.ReadUInt128BigEndian(bytes[8..])));
            return new PredictionRequest(new Signed<Voucher>(voucher, Signature.FromBytes(bytes.Slice(24, Signature.Size))), inputs);
        }
        catch (FormatException fault)
        {
            throw Malformed(fault.Message);
        }
    }

    public static byte[] Write(PredictionAnswer answer)
    {
        var path = answer.Proof.Path;
        var bytes = new byte[AnswerHead + path.Count * Hash32.Size + Signature.Size + answer.Scores.Length * sizeof(float)];
        answer.Receipt.Checkpoint.CopyTo(bytes);
        bytes[Hash32.Size] = (byte)path.Count;
        var at = AnswerHead;
        foreach (var hash in path)
        {
            hash.CopyTo(bytes.AsSpan(at));
            at += Hash32.Size;
        }

        answer.Proof.Signature.ToBytes().CopyTo(bytes, at);
        WriteValues(bytes.AsSpan(at + Signature.Size), answer.Scores.Span);
        return bytes;
    }

    /// <summary>Reads an answer to a request; everything that the bytes do not say is taken from what was asked.</summary>
    /// <exception cref="FormatException">The bytes are no answer.</exception>
    public static PredictionAnswer ReadAnswer(ReadOnlySpan<byte> bytes, ModelId model, PredictionRequest request)
    {
        if (bytes.Length < AnswerHead) throw new FormatException("The answer is too short.");
        var head = AnswerHead + bytes[Hash32.Size] * Hash32.Size + Signature.Size;
        if (bytes[Hash32.Size] > AnswerStatements.MaxPath || bytes.Length <= head || (bytes.Length - head) % sizeof(float) != 0)
            throw new FormatException("The answer's length does not fit what it says of itself.");
        var path = new Hash32[bytes[Hash32.Size]];
        for (var i = 0; i < path.Length; i++) path[i] = new Hash32(bytes.Slice(AnswerHead + i * Hash32.Size, Hash32.Size));
        var scores = ReadValues(bytes[head..]);
        var paid = request.Voucher?.Statement;
        var receipt = new PredictionReceipt(
            model, new Digest(bytes[..Hash32.Size]), paid?.Channel ?? default, paid?.Cumulative ?? default, request.InputsHash,
            PredictionRequest.HashOf(scores));
        return new PredictionAnswer(receipt,
            new AnswerProof(path, Signature.FromBytes(bytes.Slice(head - Signature.Size, Signature.Size))), scores);
    }

    private static void WriteValues(Span<byte> target, ReadOnlySpan<float> values)
    {
        if (!BitConverter.IsLittleEndian) throw new PlatformNotSupportedException("Values are sent in little-endian order.");
        MemoryMarshal.AsBytes(values).CopyTo(target);
    }

    private static float[] ReadValues(ReadOnlySpan<byte> bytes)
    {
        var values = new float[bytes.Length / sizeof(float)];
        bytes.CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    private static PredictionRefusedException Malformed(string message) => new(PredictionRefusal.Malformed, message);
}
