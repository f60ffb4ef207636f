using System.Buffers.Binary;

namespace DataBright.Ethereum;

/// <summary>The first four bytes of a signature's hash, which name a function or a custom error in calldata.</summary>
/// <param name="Value">The four bytes as a big-endian number.</param>
public readonly record struct Selector(uint Value)
{
    /// <summary>Bytes in a selector.</summary>
    public const int Size = 4;

    /// <summary>The selector of a canonical signature such as <c>transfer(address,uint256)</c>.</summary>
    public static Selector Of(string signature) => Of(Keccak.HashText(signature).AsSpan());

    /// <summary>The selector at the start of <paramref name="data"/>.</summary>
    /// <exception cref="AbiException">There are fewer than four bytes.</exception>
    public static Selector Of(ReadOnlySpan<byte> data) =>
        data.Length >= Size
            ? new Selector(BinaryPrimitives.ReadUInt32BigEndian(data))
            : throw new AbiException($"A selector has four bytes; these are {data.Length}.");

    /// <summary>Writes the four bytes to the start of <paramref name="destination"/>.</summary>
    public void CopyTo(Span<byte> destination) => BinaryPrimitives.WriteUInt32BigEndian(destination, Value);

    /// <summary><c>0x</c> and eight digits.</summary>
    public override string ToString() => $"0x{Value:x8}";
}
