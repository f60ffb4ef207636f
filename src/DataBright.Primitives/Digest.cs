using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace DataBright;

/// <summary>A SHA-256 hash (32 bytes, FIPS 180-4): the identity of a checkpoint, a training state, an architecture or a plan.</summary>
public readonly record struct Digest
{
    /// <summary>Bytes in a digest.</summary>
    public const int Length = 32;

    [InlineArray(Length)]
    private struct Block
    {
        private byte _first;
    }

    private readonly Block _bytes;

    /// <summary>Wraps 32 bytes that are a digest already.</summary>
    /// <exception cref="ArgumentException">The span is not 32 bytes long.</exception>
    public Digest(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length) throw new ArgumentException($"A digest has {Length} bytes, not {bytes.Length}.", nameof(bytes));
        bytes.CopyTo(_bytes);
    }

    /// <summary>Hashes <paramref name="content"/>.</summary>
    public static Digest Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[Length];
        SHA256.HashData(content, hash);
        return new Digest(hash);
    }

    /// <summary>Reads 64 hexadecimal digits, with or without a leading <c>0x</c>.</summary>
    /// <exception cref="FormatException">The text is anything else.</exception>
    public static Digest Parse(string text) =>
        TryParse(text, out var digest)
            ? digest : throw new FormatException($"'{text}' is not a digest: 64 hexadecimal digits are expected.");

    /// <summary>Reads 64 hexadecimal digits, with or without a leading <c>0x</c>; false when the text is anything else.</summary>
    public static bool TryParse(string? text, out Digest digest)
    {
        digest = default;
        if (text is null) return false;
        var digits = text.StartsWith("0x", StringComparison.Ordinal) ? text.AsSpan(2) : text;
        Span<byte> bytes = stackalloc byte[Length];
        if (digits.Length != 2 * Length || Convert.FromHexString(digits, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
            return false;
        digest = new Digest(bytes);
        return true;
    }

    /// <summary>The 32 bytes, as a new array.</summary>
    public byte[] ToArray()
    {
        ReadOnlySpan<byte> bytes = _bytes;
        return bytes.ToArray();
    }

    /// <summary>Copies the 32 bytes to the start of <paramref name="target"/>.</summary>
    public void CopyTo(Span<byte> target)
    {
        ReadOnlySpan<byte> bytes = _bytes;
        bytes.CopyTo(target);
    }

    /// <summary>Equal when all 32 bytes are.</summary>
    public bool Equals(Digest other)
    {
        ReadOnlySpan<byte> mine = _bytes, theirs = other._bytes;
        return mine.SequenceEqual(theirs);
    }

    /// <summary>The first four bytes: a digest is uniform already.</summary>
    public override int GetHashCode()
    {
        ReadOnlySpan<byte> bytes = _bytes;
        return MemoryMarshal.Read<int>(bytes);
    }

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString()
    {
        ReadOnlySpan<byte> bytes = _bytes;
        return Convert.ToHexStringLower(bytes);
    }
}
