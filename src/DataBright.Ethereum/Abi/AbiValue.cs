namespace DataBright.Ethereum;

/// <summary>A value whose type is known only when the program runs. Equal content makes equal values.</summary>
public abstract record AbiValue
{
    private AbiValue()
    {
    }

    /// <summary>An unsigned number of any width; also good for a signed type that has room for it.</summary>
    /// <param name="Value">The number.</param>
    public sealed record Uint(Uint256 Value) : AbiValue;

    /// <summary>A signed number of any width.</summary>
    /// <param name="Value">The number.</param>
    public sealed record Int(Int256 Value) : AbiValue;

    /// <summary>A truth value.</summary>
    /// <param name="Value">The value.</param>
    public sealed record Truth(bool Value) : AbiValue;

    /// <summary>An address.</summary>
    /// <param name="Value">The address.</param>
    public sealed record Account(Address Value) : AbiValue;

    /// <summary>Bytes, of fixed or open length, or a <c>function</c>.</summary>
    /// <param name="Value">The bytes.</param>
    public sealed record Bytes(ReadOnlyMemory<byte> Value) : AbiValue
    {
        /// <inheritdoc/>
        public bool Equals(Bytes? other) => other is not null && Value.Span.SequenceEqual(other.Value.Span);

        /// <inheritdoc/>
        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.AddBytes(Value.Span);
            return hash.ToHashCode();
        }

        /// <summary>The bytes in hexadecimal.</summary>
        public override string ToString() => Hex.Encode(Value.Span);
    }

    /// <summary>A string.</summary>
    /// <param name="Value">The text.</param>
    public sealed record Text(string Value) : AbiValue;

    /// <summary>An array's elements or a tuple's parts.</summary>
    /// <param name="Values">The values in order.</param>
    public sealed record List(IReadOnlyList<AbiValue> Values) : AbiValue
    {
        /// <inheritdoc/>
        public bool Equals(List? other) => other is not null && Values.SequenceEqual(other.Values);

        /// <inheritdoc/>
        public override int GetHashCode()
        {
            var hash = new HashCode();
            foreach (var value in Values)
                hash.Add(value);
            return hash.ToHashCode();
        }

        /// <summary>The values between brackets.</summary>
        public override string ToString() => $"[{string.Join(", ", Values)}]";
    }

    /// <summary>Elements or parts in order.</summary>
    public static AbiValue Of(params AbiValue[] values) => new List(values);

    /// <summary>A number.</summary>
    public static implicit operator AbiValue(Uint256 value) => new Uint(value);

    /// <summary>A number.</summary>
    public static implicit operator AbiValue(UInt128 value) => new Uint(value);

    /// <summary>A number.</summary>
    public static implicit operator AbiValue(ulong value) => new Uint(value);

    /// <summary>A number that may be negative.</summary>
    public static implicit operator AbiValue(long value) => new Int(value);

    /// <summary>A number that may be negative.</summary>
    public static implicit operator AbiValue(Int256 value) => new Int(value);

    /// <summary>A truth value.</summary>
    public static implicit operator AbiValue(bool value) => new Truth(value);

    /// <summary>An address.</summary>
    public static implicit operator AbiValue(Address value) => new Account(value);

    /// <summary>A <c>bytes32</c>.</summary>
    public static implicit operator AbiValue(Hash32 value) => new Bytes(value.ToArray());

    /// <summary>Bytes.</summary>
    public static implicit operator AbiValue(byte[] value) => new Bytes(value);

    /// <summary>A string.</summary>
    public static implicit operator AbiValue(string value) => new Text(value);
}
