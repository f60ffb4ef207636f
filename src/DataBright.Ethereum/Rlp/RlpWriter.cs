using System.Buffers;
using System.Numerics;

namespace DataBright.Ethereum;

/// <summary>
/// Writes Recursive Length Prefix encoding (Ethereum yellow paper, appendix B). Items go in order; a list is what
/// stands between <see cref="BeginList"/> and its <see cref="End"/>.
/// </summary>
public sealed class RlpWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new(128);
    private readonly Stack<ArrayBufferWriter<byte>> _open = new();

    private ArrayBufferWriter<byte> Current => _open.TryPeek(out var list) ? list : _bytes;

    /// <summary>What was written so far, complete lists only.</summary>
    /// <exception cref="InvalidOperationException">A list is still open.</exception>
    public ReadOnlySpan<byte> Written =>
        _open.Count == 0 ? _bytes.WrittenSpan : throw new InvalidOperationException("A list is still open: call End first.");

    /// <summary>Writes a string of bytes.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != 1 || bytes[0] >= 0x80)
            WriteHeader(Current, bytes.Length, 0x80);
        Current.Write(bytes);
    }

    /// <summary>Writes a number in as few big-endian bytes as it needs; zero is the empty string.</summary>
    public void Write(Uint256 number)
    {
        Span<byte> word = stackalloc byte[32];
        number.WriteBigEndian(word);
        Write(word[(32 - number.ByteLength)..]);
    }

    /// <summary>Writes bytes that are RLP already.</summary>
    public void WriteEncoded(ReadOnlySpan<byte> item) => Current.Write(item);

    /// <summary>Opens a list.</summary>
    public void BeginList() => _open.Push(new ArrayBufferWriter<byte>(64));

    /// <summary>Closes the list opened last.</summary>
    /// <exception cref="InvalidOperationException">No list is open.</exception>
    public void End()
    {
        if (!_open.TryPop(out var list))
            throw new InvalidOperationException("No list is open.");
        WriteHeader(Current, list.WrittenCount, 0xc0);
        Current.Write(list.WrittenSpan);
    }

    /// <summary>What was written, in a new array.</summary>
    /// <exception cref="InvalidOperationException">A list is still open.</exception>
    public byte[] ToArray() => Written.ToArray();

    private static void WriteHeader(ArrayBufferWriter<byte> to, int length, int offset)
    {
        if (length < 56)
        {
            to.Write([(byte)(offset + length)]);
            return;
        }
        var sizeOfLength = 4 - BitOperations.LeadingZeroCount((uint)length) / 8;
        Span<byte> header = stackalloc byte[5];
        header[0] = (byte)(offset + 55 + sizeOfLength);
        for (var i = 0; i < sizeOfLength; i++)
            header[1 + i] = (byte)(length >> 8 * (sizeOfLength - 1 - i));
        to.Write(header[..(1 + sizeOfLength)]);
    }
}
