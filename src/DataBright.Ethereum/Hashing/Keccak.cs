using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace DataBright.Ethereum;

/// <summary>
/// Keccak-256 as Ethereum uses it: the competition's padding (0x01), not SHA-3's (0x06). Rate 136 bytes, 32 bytes out.
/// </summary>
/// <remarks>An instance hashes a message that arrives in pieces; it is for one thread.</remarks>
public sealed class Keccak
{
    private const int Rate = 136;

    private readonly ulong[] _state = new ulong[25];
    private readonly byte[] _block = new byte[Rate];
    private int _filled;

    /// <summary>The hash of no bytes at all, which is the code hash of an account without code.</summary>
    public static Hash32 OfNothing { get; } = Hash([]);

    /// <summary>Hashes a whole message.</summary>
    public static Hash32 Hash(ReadOnlySpan<byte> message)
    {
        Span<ulong> state = stackalloc ulong[25];
        state.Clear();
        while (message.Length >= Rate)
        {
            Absorb(state, message);
            message = message[Rate..];
        }
        return Finish(state, message);
    }

    /// <summary>Hashes a text's UTF-8 bytes, as signatures of functions and types are hashed.</summary>
    public static Hash32 HashText(string text) => Hash(Encoding.UTF8.GetBytes(text));

    /// <summary>Adds the next piece of the message.</summary>
    public void Append(ReadOnlySpan<byte> piece)
    {
        if (_filled > 0)
        {
            var taken = Math.Min(Rate - _filled, piece.Length);
            piece[..taken].CopyTo(_block.AsSpan(_filled));
            _filled += taken;
            piece = piece[taken..];
            if (_filled < Rate)
                return;
            Absorb(_state, _block);
            _filled = 0;
        }
        while (piece.Length >= Rate)
        {
            Absorb(_state, piece);
            piece = piece[Rate..];
        }
        piece.CopyTo(_block);
        _filled = piece.Length;
    }

    /// <summary>Gives the hash of what was appended and makes the instance ready for another message.</summary>
    public Hash32 Finish()
    {
        var hash = Finish(_state, _block.AsSpan(0, _filled));
        Array.Clear(_state);
        _filled = 0;
        return hash;
    }

    private static Hash32 Finish(Span<ulong> state, ReadOnlySpan<byte> rest)
    {
        Span<byte> last = stackalloc byte[Rate];
        last.Clear();
        rest.CopyTo(last);
        last[rest.Length] = 0x01;
        last[Rate - 1] |= 0x80;
        Absorb(state, last);

        if (!BitConverter.IsLittleEndian)
            for (var lane = 0; lane < 4; lane++)
                state[lane] = BinaryPrimitives.ReverseEndianness(state[lane]);
        return new Hash32(MemoryMarshal.AsBytes(state[..4]));
    }

    private static void Absorb(Span<ulong> state, ReadOnlySpan<byte> block)
    {
        block = block[..Rate];
        for (var lane = 0; lane < Rate / 8; lane++)
            state[lane] ^= BinaryPrimitives.ReadUInt64LittleEndian(block[(8 * lane)..]);
        KeccakPermutation.Apply(state);
    }
}
