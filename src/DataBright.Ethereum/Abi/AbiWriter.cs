using System.Text;

namespace DataBright.Ethereum;

/// <summary>
/// Writes ABI-encoded values one after another and keeps heads and tails apart (Solidity's contract ABI
/// specification, "formal specification of the encoding").
/// </summary>
/// <remarks>
/// The caller knows the types. A static tuple or a fixed array of static elements is written in line, part by part.
/// A dynamic tuple, or a fixed array of dynamic elements, stands between <see cref="BeginTuple"/> and
/// <see cref="End"/>; an array without fixed length between <see cref="BeginArray"/> and <see cref="End"/>. A head is
/// counted in words of 32 bytes: one for every dynamic part, and as many as it has for a static one.
/// </remarks>
public sealed class AbiWriter
{
    private const int Word = 32;
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly int _prefix;
    private byte[] _bytes;
    private int _length;
    private Frame[] _frames = new Frame[4];
    private int _depth = -1;

    /// <summary>Starts a sequence of values, such as the results of a function.</summary>
    /// <param name="headWords">Words in the head of all values together.</param>
    public AbiWriter(int headWords) : this([], headWords)
    {
    }

    /// <summary>Starts calldata or a custom error.</summary>
    /// <param name="selector">Goes before the values.</param>
    /// <param name="headWords">Words in the head of all values together.</param>
    public AbiWriter(Selector selector, int headWords) : this(stackalloc byte[Selector.Size], headWords) =>
        selector.CopyTo(_bytes);

    /// <summary>Starts values that follow other bytes, as constructor arguments follow creation code.</summary>
    /// <param name="prefix">Goes before the values; offsets do not count it.</param>
    /// <param name="headWords">Words in the head of all values together.</param>
    public AbiWriter(ReadOnlySpan<byte> prefix, int headWords)
    {
        _prefix = prefix.Length;
        _bytes = new byte[_prefix + headWords * Word];
        prefix.CopyTo(_bytes);
        _length = _prefix;
        Open(headWords);
    }

    /// <summary>Writes a truth value.</summary>
    public void Bool(bool value) => Head()[Word - 1] = value ? (byte)1 : (byte)0;

    /// <summary>Writes an address.</summary>
    public void Address(Address value) => value.CopyTo(Head()[12..]);

    /// <summary>Writes an unsigned number.</summary>
    /// <param name="value">The number.</param>
    /// <param name="bits">The type's width.</param>
    /// <exception cref="AbiException">The number does not fit the width.</exception>
    public void Uint(Uint256 value, int bits = 256)
    {
        if (value.BitLength > bits)
            throw new AbiException($"{value} does not fit uint{bits}.");
        value.WriteBigEndian(Head());
    }

    /// <summary>Writes a signed number.</summary>
    /// <param name="value">The number.</param>
    /// <param name="bits">The type's width.</param>
    /// <exception cref="AbiException">The number does not fit the width.</exception>
    public void Int(Int256 value, int bits = 256)
    {
        if (value.BitLength > bits)
            throw new AbiException($"{value} does not fit int{bits}.");
        value.ToBits().WriteBigEndian(Head());
    }

    /// <summary>Writes a <c>bytes32</c>.</summary>
    public void Hash32(Hash32 value) => value.CopyTo(Head());

    /// <summary>Writes <c>bytes1</c> to <c>bytes32</c>.</summary>
    /// <param name="value">All of the type's bytes.</param>
    /// <param name="size">The type's size in bytes.</param>
    /// <exception cref="AbiException">There are more or fewer bytes than the type has.</exception>
    public void FixedBytes(ReadOnlySpan<byte> value, int size)
    {
        if (value.Length != size)
            throw new AbiException($"bytes{size} takes {size} bytes; these are {value.Length}.");
        value.CopyTo(Head());
    }

    /// <summary>Writes <c>bytes</c>.</summary>
    public void Bytes(ReadOnlySpan<byte> value) => value.CopyTo(Tail(value.Length));

    /// <summary>Writes <c>string</c> in UTF-8.</summary>
    /// <exception cref="AbiException">The text has half a surrogate pair, which no UTF-8 stands for.</exception>
    public void String(string value)
    {
        try
        {
            Strict.GetBytes(value, Tail(Strict.GetByteCount(value)));
        }
        catch (EncoderFallbackException)
        {
            throw new AbiException("A string has half a surrogate pair, which cannot be written in UTF-8.");
        }
    }

    /// <summary>Opens a dynamic tuple, or a fixed array of dynamic elements.</summary>
    /// <param name="headWords">Words in the head of its parts together.</param>
    public void BeginTuple(int headWords)
    {
        PointHere();
        Open(headWords);
    }

    /// <summary>Opens an array without fixed length.</summary>
    /// <param name="count">How many elements it has.</param>
    /// <param name="elementWords">Words that one element has in the head: 1 where it is dynamic.</param>
    public void BeginArray(int count, int elementWords)
    {
        PointHere();
        new Uint256((ulong)count, 0, 0, 0).WriteBigEndian(Grow(Word));
        Open(checked(count * elementWords));
    }

    /// <summary>Closes what was opened last.</summary>
    /// <exception cref="InvalidOperationException">Its head is not complete, or nothing is open.</exception>
    public void End()
    {
        if (_depth == 0)
            throw new InvalidOperationException("Nothing is open.");
        Close();
    }

    /// <summary>Everything written, the selector or prefix first.</summary>
    /// <exception cref="InvalidOperationException">A head is not complete or something is still open.</exception>
    public byte[] ToArray()
    {
        if (_depth != 0)
            throw new InvalidOperationException("A tuple or array is still open.");
        Close();
        _depth = 0;
        return _bytes.AsSpan(0, _length).ToArray();
    }

    private void Open(int headWords)
    {
        var start = _length;
        Grow(checked(headWords * Word));
        if (++_depth == _frames.Length)
            Array.Resize(ref _frames, 2 * _depth);
        _frames[_depth] = new Frame { Start = start, Cursor = start, End = _length };
    }

    private void Close()
    {
        if (_frames[_depth].Cursor != _frames[_depth].End)
            throw new InvalidOperationException(
                $"{(_frames[_depth].End - _frames[_depth].Cursor) / Word} words of the head were never written.");
        _depth--;
    }

    private Span<byte> Head()
    {
        ref var frame = ref _frames[_depth];
        if (frame.Cursor == frame.End)
            throw new InvalidOperationException("More was written than the head has words for.");
        frame.Cursor += Word;
        return _bytes.AsSpan(frame.Cursor - Word, Word);
    }

    private void PointHere()
    {
        var offset = _length - _frames[_depth].Start;
        new Uint256((ulong)offset, 0, 0, 0).WriteBigEndian(Head());
    }

    private Span<byte> Tail(int length)
    {
        PointHere();
        new Uint256((ulong)length, 0, 0, 0).WriteBigEndian(Grow(Word));
        return Grow((length + Word - 1) / Word * Word)[..length];
    }

    private Span<byte> Grow(int count)
    {
        var needed = checked(_length + count);
        if (needed > _bytes.Length)
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * _bytes.Length)));
        var added = _bytes.AsSpan(_length, count);
        _length = needed;
        return added;
    }

    private struct Frame
    {
        public int Start, Cursor, End;
    }
}
