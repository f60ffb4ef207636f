using System.Globalization;

namespace DataBright.Ethereum;

/// <summary>What a <see cref="PlainType"/> is.</summary>
internal enum PlainKind
{
    Uint,
    Int,
    Address,
    Bool,
    FixedBytes,
    Bytes,
    String,
}

/// <summary>A type of EIP-712 that is neither a struct nor an array: its atomic types, <c>bytes</c> and <c>string</c>.</summary>
/// <param name="Name">The name that was read.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Size">Bits of a number, bytes of a <see cref="PlainKind.FixedBytes"/>; otherwise 0.</param>
internal sealed record PlainType(string Name, PlainKind Kind, int Size = 0)
{
    /// <summary>The type of a name; null where the name is none.</summary>
    /// <exception cref="AbiException">It is the name of a width that no number has.</exception>
    public static PlainType? Find(string name) => name switch
    {
        "address" => new(name, PlainKind.Address),
        "bool" => new(name, PlainKind.Bool),
        "bytes" => new(name, PlainKind.Bytes),
        "string" => new(name, PlainKind.String),
        "uint" => new(name, PlainKind.Uint, 256),
        "int" => new(name, PlainKind.Int, 256),
        _ when Numbered(name, "uint") is { } bits => new(name, PlainKind.Uint, Width(name, bits)),
        _ when Numbered(name, "int") is { } bits => new(name, PlainKind.Int, Width(name, bits)),
        _ when Numbered(name, "bytes") is { } size => size <= 32
            ? new(name, PlainKind.FixedBytes, size)
            : throw new AbiException($"There is no type {name}; bytes1 to bytes32 are."),
        _ => null,
    };

    /// <summary>The 32 bytes that stand for a value: itself, or the hash of bytes and of a text.</summary>
    /// <exception cref="AbiException">The value does not suit the type.</exception>
    public Hash32 Word(AbiValue value)
    {
        if (Kind is PlainKind.Bytes && value is AbiValue.Bytes raw)
            return Keccak.Hash(raw.Value.Span);
        if (Kind is PlainKind.String && value is AbiValue.Text text)
            return Keccak.HashText(text.Value);
        var word = new AbiWriter(1);
        switch (Kind, value)
        {
            case (PlainKind.Uint, AbiValue.Uint number): word.Uint(number.Value, Size); break;
            case (PlainKind.Uint, AbiValue.Int { Value.IsNegative: false } number): word.Uint(number.Value.ToBits(), Size); break;
            case (PlainKind.Int, AbiValue.Int number): word.Int(number.Value, Size); break;
            case (PlainKind.Int, AbiValue.Uint { Value.BitLength: < 256 } number): word.Int(Int256.FromBits(number.Value), Size); break;
            case (PlainKind.Address, AbiValue.Account account): word.Address(account.Value); break;
            case (PlainKind.Bool, AbiValue.Truth truth): word.Bool(truth.Value); break;
            case (PlainKind.FixedBytes, AbiValue.Bytes bytes): word.FixedBytes(bytes.Value.Span, Size); break;
            default: throw new AbiException($"A {value.GetType().Name} does not suit the type {Name}.");
        }
        return new Hash32(word.ToArray());
    }

    private static int? Numbered(string name, string prefix) =>
        name.StartsWith(prefix, StringComparison.Ordinal) && name.Length <= prefix.Length + 3
            && name[prefix.Length..] is [not '0', ..] digits
            && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    private static int Width(string name, int bits) => bits is >= 8 and <= 256 && bits % 8 == 0
        ? bits
        : throw new AbiException($"There is no type {name}: widths are multiples of 8 from 8 to 256.");
}
