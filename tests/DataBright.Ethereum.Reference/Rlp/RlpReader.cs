namespace DataBright.Ethereum;

/// <summary>
/// Reads canonical RLP in place. Whatever has a shorter encoding, runs past the end or has leading zeros in a length
/// or a number is refused, so equal values always have equal bytes.
/// </summary>
public ref struct RlpReader
{
    private ReadOnlySpan<byte> _rest;

    /// <summary>Starts at the first item of <paramref name="encoded"/>.</summary>
    public RlpReader(ReadOnlySpan<byte> encoded) => _rest = encoded;

    /// <summary>Whether every item has been read.</summary>
    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>Whether the next item is a list.</summary>
    /// <exception cref="RlpException">There is no next item.</exception>
    public readonly bool IsList =>
        IsAtEnd ? throw new RlpException("RLP ends where another item is expected.") : _rest[0] >= 0xc0;

    /// <summary>Reads a string of bytes.</summary>
    /// <exception cref="RlpException">The item is a list or not canonical.</exception>
    public ReadOnlySpan<byte> Bytes()
    {
        if (IsList)
            throw new RlpException("RLP has a list where a string is expected.");
        var first = _rest[0];
        if (first < 0x80)
            return Take(0, 1);
        if (first < 0xb8)
        {
            var content = Take(1, first - 0x80);
            return content is [< 0x80]
                ? throw new RlpException("RLP is not canonical: a single byte below 0x80 stands for itself.")
                : content;
        }
        return TakeLong(first - 0xb7);
    }

    /// <summary>Reads a string of exactly <paramref name="length"/> bytes.</summary>
    /// <exception cref="RlpException">The item is anything else.</exception>
    public ReadOnlySpan<byte> Bytes(int length)
    {
        var bytes = Bytes();
        return bytes.Length == length
            ? bytes
            : throw new RlpException($"RLP has a string of {bytes.Length} bytes where {length} are expected.");
    }

    /// <summary>Reads a number of at most 256 bits.</summary>
    /// <exception cref="RlpException">The item is a list, too long, or has leading zeros.</exception>
    public Uint256 Number()
    {
        var bytes = Bytes();
        if (bytes.Length > 32)
            throw new RlpException($"RLP has a number of {bytes.Length} bytes; 32 is the most.");
        if (bytes is [0, ..])
            throw new RlpException("RLP is not canonical: a number has leading zeros.");
        return new Uint256(bytes);
    }

    /// <summary>Reads a number of at most 64 bits.</summary>
    /// <exception cref="RlpException">The item is no such number.</exception>
    public ulong UInt64()
    {
        var number = Number();
        return number.BitLength <= 64 ? (ulong)number
            : throw new RlpException($"RLP has a number of {number.BitLength} bits; 64 is the most here.");
    }

    /// <summary>Reads a list and gives a reader of its items.</summary>
    /// <exception cref="RlpException">The item is a string or not canonical.</exception>
    public RlpReader List()
    {
        if (!IsList)
            throw new RlpException("RLP has a string where a list is expected.");
        var first = _rest[0];
        return new RlpReader(first < 0xf8 ? Take(1, first - 0xc0) : TakeLong(first - 0xf7));
    }

    /// <summary>Asserts that nothing follows.</summary>
    /// <exception cref="RlpException">Something does.</exception>
    public readonly void End()
    {
        if (!IsAtEnd)
            throw new RlpException($"RLP goes on for {_rest.Length} bytes after its last expected item.");
    }

    private ReadOnlySpan<byte> TakeLong(int sizeOfLength)
    {
        if (_rest.Length <= sizeOfLength)
            throw new RlpException("RLP ends inside a length.");
        if (_rest[1] == 0)
            throw new RlpException("RLP is not canonical: a length has leading zeros.");
        ulong length = 0;
        foreach (var digit in _rest.Slice(1, sizeOfLength))
            length = length << 8 | digit;
        if (length < 56)
            throw new RlpException("RLP is not canonical: a short item has a long length.");
        if (length > (ulong)(_rest.Length - 1 - sizeOfLength))
            throw new RlpException($"RLP ends before the {length} bytes that an item should have.");
        return Take(1 + sizeOfLength, (int)length);
    }

    private ReadOnlySpan<byte> Take(int header, int length)
    {
        if (length > _rest.Length - header)
            throw new RlpException($"RLP ends before the {length} bytes that an item should have.");
        var content = _rest.Slice(header, length);
        _rest = _rest[(header + length)..];
        return content;
    }
}
