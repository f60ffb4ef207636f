using System.Buffers.Binary;
using DataBright.Ethereum;
using DataBright.Storage;

namespace DataBright.Market.Models;

/// <summary>The key to a model's private parameters, readable by one worker alone. It may be stored and sent in the open.</summary>
/// <remarks>As bytes: <c>DBWG</c>, version 1, model (8, big-endian), worker (20), the wrapped content key (129).</remarks>
/// <param name="Model">Which model.</param>
/// <param name="Worker">Who can use it.</param>
/// <param name="WrappedKey">The envelope's content key, encrypted to that worker.</param>
public sealed record WeightsGrant(ModelId Model, Address Worker, ReadOnlyMemory<byte> WrappedKey)
{
    /// <summary>Bytes of a grant.</summary>
    public const int Size = 5 + 8 + Address.Size + ContentKey.WrappedSize;

    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        "DBWG"u8.CopyTo(bytes);
        bytes[4] = 1;
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(5), Model.Value);
        Worker.ToArray().CopyTo(bytes, 13);
        WrappedKey.Span.CopyTo(bytes.AsSpan(13 + Address.Size));
        return bytes;
    }

    /// <exception cref="FormatException">The bytes are no grant.</exception>
    public static WeightsGrant Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size || !bytes.StartsWith("DBWG"u8)) throw new FormatException("The file is no grant to private parameters.");
        if (bytes[4] != 1) throw new FormatException($"The grant is of version {bytes[4]}; this program reads version 1.");
        return new WeightsGrant(new ModelId(BinaryPrimitives.ReadUInt64BigEndian(bytes[5..])), new Address(bytes.Slice(13, Address.Size)),
            bytes[(13 + Address.Size)..].ToArray());
    }
}
