using System.Security.Cryptography;

namespace DataBright;

/// <summary>
/// A <see cref="Hash32"/> that is the SHA-256 of something (FIPS 180-4): the identity of a checkpoint, a training state, an architecture or
/// a plan.
/// </summary>
/// <remarks>A type of its own keeps other hashes out where only SHA-256 will do. Its text has no <c>0x</c>.</remarks>
public readonly record struct Digest
{
    private readonly Hash32 _hash;

    /// <summary>Takes a hash that is a digest already.</summary>
    public Digest(Hash32 hash) => _hash = hash;

    /// <summary>Wraps 32 bytes that are a digest already.</summary>
    /// <exception cref="ArgumentException">The span is not 32 bytes long.</exception>
    public Digest(ReadOnlySpan<byte> bytes) => _hash = new Hash32(bytes);

    /// <summary>Hashes <paramref name="content"/>.</summary>
    public static Digest Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[Hash32.Size];
        SHA256.HashData(content, hash);
        return new Digest(hash);
    }

    /// <summary>Reads 64 hexadecimal digits, with or without a leading <c>0x</c>.</summary>
    /// <exception cref="FormatException">The text is anything else.</exception>
    public static Digest Parse(string text) =>
        TryParse(text, out var digest)
            ? digest : throw new FormatException(
                $"'{(text?.Length > 80 ? text[..80] + "…" : text)}' is not a digest: 64 hexadecimal digits are expected.");

    /// <summary>Reads 64 hexadecimal digits, with or without a leading <c>0x</c>; false when the text is anything else.</summary>
    public static bool TryParse(string? text, out Digest digest)
    {
        Span<byte> bytes = stackalloc byte[Hash32.Size];
        var read = text is not null && Hex.TryDecode(text, bytes);
        digest = read ? new Digest(bytes) : default;
        return read;
    }

    /// <summary>The same bytes as any hash, for the ledger and for messages.</summary>
    public Hash32 ToHash32() => _hash;

    /// <summary>The 32 bytes, as a new array.</summary>
    public byte[] ToArray() => _hash.ToArray();

    /// <summary>Copies the 32 bytes to the start of <paramref name="target"/>.</summary>
    public void CopyTo(Span<byte> target) => _hash.CopyTo(target);

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString() => Convert.ToHexStringLower(_hash.AsSpan());
}
