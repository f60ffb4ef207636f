using System.Buffers.Binary;
using System.Security.Cryptography;

namespace DataBright.Market.Datasets;

/// <summary>One labelled example. Its digest is its identity: the same content always has the same one.</summary>
/// <remarks>
/// Canonical bytes, version 1: <c>DBPT</c>, 1, element type, number of dimensions, each dimension (u32), label (u32), features.
/// All integers are little-endian. Shape and type are inside, so that points of different schemas never collide.
/// </remarks>
public readonly struct DataPoint
{
    private const byte Version = 1;

    /// <exception cref="FormatException">Features or label do not fit the schema.</exception>
    public DataPoint(DataSchema schema, ReadOnlyMemory<byte> features, int label)
    {
        if (features.Length != schema.FeatureBytes)
            throw new FormatException($"A data point of {schema} has {schema.FeatureBytes} bytes of features; {features.Length} are here.");
        if ((uint)label >= (uint)schema.Classes)
            throw new FormatException($"The label {label} is not one of 0 to {schema.Classes - 1}.");
        if (schema.Element == ElementType.Float32) RequireFinite(features.Span);
        (Schema, Features, Label) = (schema, features, label);
    }

    public DataSchema Schema { get; }

    /// <summary>The features in the schema's element type, little-endian, the last dimension running fastest.</summary>
    public ReadOnlyMemory<byte> Features { get; }

    public int Label { get; }

    /// <summary>SHA-256 of the canonical bytes.</summary>
    public Digest Digest
    {
        get
        {
            Span<byte> head = stackalloc byte[MaxHeadBytes];
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(head[..WriteHead(head)]);
            hash.AppendData(Features.Span);
            Span<byte> digest = stackalloc byte[Hash32.Size];
            hash.GetHashAndReset(digest);
            return new Digest(digest);
        }
    }

    private const int MaxHeadBytes = 7 + 4 * DataSchema.MaxDimensions + 4;

    /// <summary>The bytes that the digest covers.</summary>
    public byte[] CanonicalBytes()
    {
        Span<byte> head = stackalloc byte[MaxHeadBytes];
        return [.. head[..WriteHead(head)], .. Features.Span];
    }

    private int WriteHead(Span<byte> head)
    {
        "DBPT"u8.CopyTo(head);
        head[4] = Version;
        head[5] = (byte)Schema.Element;
        head[6] = (byte)Schema.Shape.Count;
        int at = 7;
        foreach (int dimension in Schema.Shape)
        {
            BinaryPrimitives.WriteInt32LittleEndian(head[at..], dimension);
            at += 4;
        }
        BinaryPrimitives.WriteInt32LittleEndian(head[at..], Label);
        return at + 4;
    }

    private static void RequireFinite(ReadOnlySpan<byte> features)
    {
        for (int at = 0; at < features.Length; at += 4)
        {
            float value = BinaryPrimitives.ReadSingleLittleEndian(features[at..]);
            if (!float.IsFinite(value)) throw new FormatException($"Feature {at / 4} is {value}; features are finite numbers.");
        }
    }
}
