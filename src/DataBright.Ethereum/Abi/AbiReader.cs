using System.Text;

namespace DataBright.Ethereum;

/// <summary>
/// Reads ABI-encoded values one after another, the mirror of <see cref="AbiWriter"/>: what is written with
/// <c>w.Address(x)</c> is read with <c>r.Address()</c>, in the same order and between the same begins and ends.
/// </summary>
/// <remarks>
/// Strict where Solidity's own decoder is: a number wider than its type, a truth value above one, or bits outside an
/// address are refused. Offsets may point anywhere, as the specification lets them, but all values together may not
/// take more bytes than there are, so that a short message cannot unfold into a long one. Every fault is an
/// <see cref="AbiException"/>.
/// </remarks>
public sealed class AbiReader
{
    /// <summary>Dynamic values inside one another that are followed; deeper nesting is refused.</summary>
    public const int MaxDepth = 64;

    private const int WordSize = 32;

    private readonly ReadOnlyMemory<byte> _data;
    private Frame[] _frames = new Frame[4];
    private int _depth;
    private long _budget;

    /// <summary>Starts at the first value. Bytes after the last value are not looked at.</summary>
    public AbiReader(ReadOnlyMemory<byte> data)
    {
        _data = data;
        _budget = data.Length;
    }

    /// <summary>Reads a truth value.</summary>
    /// <exception cref="AbiException">The word is neither 0 nor 1, or the data ends.</exception>
    public bool Bool() => new Uint256(Word()) switch
    {
        { IsZero: true } => false,
        var one when one == Uint256.One => true,
        var other => throw new AbiException($"A bool is {other}; only 0 and 1 are."),
    };

    /// <summary>Reads an address.</summary>
    /// <exception cref="AbiException">Bits outside the address are set, or the data ends.</exception>
    public Address Address()
    {
        var word = Word();
        if (word[..12].ContainsAnyExcept((byte)0))
            throw new AbiException("An address has bits set outside its twenty bytes.");
        return new Address(word[12..]);
    }

    /// <summary>Reads an unsigned number of <paramref name="bits"/> bits.</summary>
    /// <exception cref="AbiException">The number is wider, or the data ends.</exception>
    public Uint256 Uint(int bits = 256) => Narrow(bits);

    /// <summary>Reads <c>uint8</c>.</summary>
    /// <exception cref="AbiException">The number is wider, or the data ends.</exception>
    public byte UInt8() => (byte)(ulong)Narrow(8);

    /// <summary>Reads an unsigned number of at most 16 bits.</summary>
    /// <exception cref="AbiException">The number is wider, or the data ends.</exception>
    public ushort UInt16(int bits = 16) => (ushort)(ulong)Narrow(bits);

    /// <summary>Reads an unsigned number of at most 32 bits.</summary>
    /// <exception cref="AbiException">The number is wider, or the data ends.</exception>
    public uint UInt32(int bits = 32) => (uint)(ulong)Narrow(bits);

    /// <summary>Reads an unsigned number of at most 64 bits.</summary>
    /// <exception cref="AbiException">The number is wider, or the data ends.</exception>
    public ulong UInt64(int bits = 64) => (ulong)Narrow(bits);

    /// <summary>Reads an unsigned number of at most 128 bits.</summary>
    /// <exception cref="AbiException">The number is wider, or the data ends.</exception>
    public UInt128 UInt128(int bits = 128) => (UInt128)Narrow(bits);

    /// <summary>Reads a signed number of <paramref name="bits"/> bits.</summary>
    /// <exception cref="AbiException">The number is wider, or the data ends.</exception>
    public Int256 Int(int bits = 256)
    {
        var number = Int256.FromBits(new Uint256(Word()));
        return number.BitLength <= bits ? number : throw new AbiException($"An int{bits} is {number}.");
    }

    /// <summary>Reads <c>int8</c>.</summary>
    /// <exception cref="AbiException">The number is wider, or the data ends.</exception>
    public sbyte Int8() => (sbyte)(long)Int(8);

    /// <summary>Reads a signed number of at most 16 bits.</summary>
    /// <exception cref="AbiException">The number is wider, or the data ends.</exception>
    public short Int16(int bits = 16) => (short)(long)Int(bits);

    /// <summary>Reads a signed number of at most 32 bits.</summary>
    /// <exception cref="AbiException">The number is wider, or the data ends.</exception>
    public int Int32(int bits = 32) => (int)(long)Int(bits);

    /// <summary>Reads a signed number of at most 64 bits.</summary>
    /// <exception cref="AbiException">The number is wider, or the data ends.</exception>
    public long Int64(int bits = 64) => (long)Int(bits);

    /// <summary>Reads a signed number of at most 128 bits.</summary>
    /// <exception cref="AbiException">The number is wider, or the data ends.</exception>
    public Int128 Int128(int bits = 128) => (Int128)Int(bits);

    /// <summary>Reads a <c>bytes32</c>.</summary>
    /// <exception cref="AbiException">The data ends.</exception>
    public Hash32 Hash32() => new(Word());

    /// <summary>Reads <c>bytes1</c> to <c>bytes32</c>.</summary>
    /// <param name="size">The type's size in bytes.</param>
    /// <exception cref="AbiException">Bytes after the type's are set, or the data ends.</exception>
    public byte[] FixedBytes(int size)
    {
        var word = Word();
        if (word[size..].ContainsAnyExcept((byte)0))
            throw new AbiException($"A bytes{size} has bits set outside its bytes.");
        return word[..size].ToArray();
    }

    /// <summary>Reads <c>bytes</c>.</summary>
    /// <exception cref="AbiException">The length or the offset points outside the data.</exception>
    public byte[] Bytes() => Tail().ToArray();

    /// <summary>
    /// Reads <c>string</c>. What is not UTF-8 becomes U+FFFD: anyone can put such bytes into a contract, and one bad
    /// name must not make the rest unreadable.
    /// </summary>
    /// <exception cref="AbiException">The length or the offset points outside the data.</exception>
    public string String() => Encoding.UTF8.GetString(Tail());

    /// <summary>Opens a dynamic tuple, or a fixed array of dynamic elements.</summary>
    /// <exception cref="AbiException">Its offset points outside the data.</exception>
    public void BeginTuple() => Open(Offset());

    /// <summary>Opens an array without fixed length and gives the number of its elements.</summary>
    /// <param name="elementWords">Words that one element has in the head: 1 where it is dynamic.</param>
    /// <exception cref="AbiException">The offset points outside the data, or the elements would not fit it.</exception>
    public int BeginArray(int elementWords)
    {
        var start = Offset();
        var count = new Uint256(At(start));
        var room = (ulong)(_data.Length - start - WordSize) / (ulong)(WordSize * Math.Max(1, elementWords));
        if (count > room)
            throw new AbiException($"An array claims {count} elements; the data has room for {room}.");
        Open(start + WordSize);
        return (int)(ulong)count;
    }

    /// <summary>Closes what was opened last and goes on after it.</summary>
    /// <exception cref="InvalidOperationException">Nothing is open.</exception>
    public void End()
    {
        if (_depth == 0)
            throw new InvalidOperationException("Nothing is open.");
        _depth--;
    }

    private Uint256 Narrow(int bits)
    {
        var number = new Uint256(Word());
        return number.BitLength <= bits ? number : throw new AbiException($"A uint{bits} is {number}.");
    }

    private ReadOnlySpan<byte> Word()
    {
        ref var frame = ref _frames[_depth];
        var word = At(frame.Cursor);
        frame.Cursor += WordSize;
        return word;
    }

    private ReadOnlySpan<byte> At(int position)
    {
        if (position > _data.Length - WordSize)
            throw new AbiException($"The data ends after {_data.Length} bytes, inside a word that starts at byte {position}.");
        Spend(WordSize);
        return _data.Span.Slice(position, WordSize);
    }

    private int Offset()
    {
        var offset = new Uint256(Word());
        var start = _frames[_depth].Start;
        if (offset > (ulong)(_data.Length - start))
            throw new AbiException($"An offset of {offset} points outside the data.");
        return start + (int)(ulong)offset;
    }

    private ReadOnlySpan<byte> Tail()
    {
        var start = Offset();
        var length = new Uint256(At(start));
        var room = _data.Length - start - WordSize;
        if (length > (ulong)room)
            throw new AbiException($"A value claims {length} bytes; the data has {room} more.");
        Spend((int)(ulong)length);
        return _data.Span.Slice(start + WordSize, (int)(ulong)length);
    }

    private void Spend(int bytes)
    {
        if ((_budget -= bytes) < 0)
            throw new AbiException("The values overlap: together they take more bytes than the data has.");
    }

    private void Open(int start)
    {
        if (_depth == MaxDepth)
            throw new AbiException($"The data nests more than {MaxDepth} values deep.");
        if (++_depth == _frames.Length)
            Array.Resize(ref _frames, 2 * _depth);
        _frames[_depth] = new Frame { Start = start, Cursor = start };
    }

    private struct Frame
    {
        public int Start, Cursor;
    }
}
