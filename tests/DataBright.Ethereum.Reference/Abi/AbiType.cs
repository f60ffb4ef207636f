using System.Globalization;

namespace DataBright.Ethereum;

/// <summary>What an <see cref="AbiType"/> is.</summary>
public enum AbiKind
{
    /// <summary>An unsigned number, <c>uint8</c> to <c>uint256</c>.</summary>
    Uint,

    /// <summary>A signed number, <c>int8</c> to <c>int256</c>.</summary>
    Int,

    /// <summary><c>address</c>.</summary>
    Address,

    /// <summary><c>bool</c>.</summary>
    Bool,

    /// <summary><c>bytes1</c> to <c>bytes32</c>.</summary>
    FixedBytes,

    /// <summary><c>function</c>: an address and a selector, laid out as <c>bytes24</c>.</summary>
    Function,

    /// <summary><c>bytes</c>.</summary>
    Bytes,

    /// <summary><c>string</c>.</summary>
    String,

    /// <summary>An array whose length comes with the value.</summary>
    Array,

    /// <summary>An array whose length is part of the type.</summary>
    FixedArray,

    /// <summary>Several values in order, Solidity's <c>struct</c>.</summary>
    Tuple,
}

/// <summary>A type of the contract ABI specification. Two types are equal where their canonical names are.</summary>
public sealed class AbiType : IEquatable<AbiType>
{
    /// <summary>Types inside one another; deeper nesting is refused.</summary>
    public const int MaxDepth = 32;

    /// <summary>Words that one value may have in the head; longer fixed arrays are refused.</summary>
    public const int MaxHeadWords = 1 << 24;

    private readonly string _name;
    private readonly int _depth;

    private AbiType(AbiKind kind, string name, int size = 0, AbiType? element = null, IReadOnlyList<AbiParameter>? components = null)
    {
        (Kind, _name, Size, Element, Components) = (kind, name, size, element, components ?? []);
        var parts = element is null ? Components.Select(part => part.Type) : [element];
        _depth = 1 + parts.Select(part => part._depth).DefaultIfEmpty(0).Max();
        if (_depth > MaxDepth)
            throw new AbiException($"The type nests more than {MaxDepth} deep.");
        IsDynamic = kind is AbiKind.Bytes or AbiKind.String or AbiKind.Array || parts.Any(part => part.IsDynamic);
        var words = kind switch
        {
            AbiKind.FixedArray => (long)size * element!.HeadWords,
            AbiKind.Tuple => Components.Sum(part => (long)part.Type.HeadWords),
            _ => 1,
        };
        if (words > MaxHeadWords)
            throw new AbiException($"A value of {Short(name)} takes more than {MaxHeadWords} words.");
        BodyWords = (int)words;
    }

    /// <summary><c>address</c>.</summary>
    public static AbiType Address { get; } = new(AbiKind.Address, "address");

    /// <summary><c>bool</c>.</summary>
    public static AbiType Bool { get; } = new(AbiKind.Bool, "bool");

    /// <summary><c>bytes</c>.</summary>
    public static AbiType Bytes { get; } = new(AbiKind.Bytes, "bytes");

    /// <summary><c>string</c>.</summary>
    public static AbiType String { get; } = new(AbiKind.String, "string");

    /// <summary><c>function</c>.</summary>
    public static AbiType Function { get; } = new(AbiKind.Function, "function", 24);

    /// <summary>What the type is.</summary>
    public AbiKind Kind { get; }

    /// <summary>
    /// Bits of a number, bytes of <see cref="AbiKind.FixedBytes"/>, elements of <see cref="AbiKind.FixedArray"/>; otherwise 0.
    /// </summary>
    public int Size { get; }

    /// <summary>The type of an array's elements; otherwise null.</summary>
    public AbiType? Element { get; }

    /// <summary>The parts of a tuple; otherwise empty.</summary>
    public IReadOnlyList<AbiParameter> Components { get; }

    /// <summary>Whether a value's size depends on the value, so that the head has only an offset to it.</summary>
    public bool IsDynamic { get; }

    /// <summary>Words that a value has in the head: 1 where the type is dynamic.</summary>
    public int HeadWords => IsDynamic ? 1 : BodyWords;

    /// <summary>Words in the head of a tuple's parts or a fixed array's elements, whether or not the type itself is dynamic.</summary>
    public int BodyWords { get; }

    /// <summary><c>uint</c> of a width.</summary>
    /// <param name="bits">A multiple of 8 from 8 to 256.</param>
    /// <exception cref="AbiException">There is no such width.</exception>
    public static AbiType Uint(int bits) => new(AbiKind.Uint, "uint" + Digits(Width("uint", bits)), bits);

    /// <summary><c>int</c> of a width.</summary>
    /// <param name="bits">A multiple of 8 from 8 to 256.</param>
    /// <exception cref="AbiException">There is no such width.</exception>
    public static AbiType Int(int bits) => new(AbiKind.Int, "int" + Digits(Width("int", bits)), bits);

    /// <summary><c>bytes1</c> to <c>bytes32</c>.</summary>
    /// <exception cref="AbiException">There is no such size.</exception>
    public static AbiType FixedBytes(int size) => size is >= 1 and <= 32
        ? new(AbiKind.FixedBytes, "bytes" + Digits(size), size)
        : throw new AbiException($"There is no type bytes{size}; bytes1 to bytes32 are.");

    /// <summary>An array whose length comes with the value.</summary>
    public static AbiType ArrayOf(AbiType element) => new(AbiKind.Array, element._name + "[]", 0, element);

    /// <summary>An array of <paramref name="length"/> elements.</summary>
    /// <exception cref="AbiException">The length is not positive, or values would be too long.</exception>
    public static AbiType FixedArrayOf(AbiType element, int length) => length > 0
        ? new(AbiKind.FixedArray, $"{element._name}[{Digits(length)}]", length, element)
        : throw new AbiException("A fixed array has at least one element.");

    /// <summary>Several values in order.</summary>
    /// <exception cref="AbiException">There are none.</exception>
    public static AbiType TupleOf(IReadOnlyList<AbiParameter> components) => components.Count > 0
        ? new(AbiKind.Tuple, AbiSignature.Types(components), 0, null, [.. components])
        : throw new AbiException("A tuple has at least one part.");

    /// <summary>Reads a type such as <c>uint256</c>, <c>(address owner, bytes32[4] roots)[]</c> or <c>tuple(string,bool)</c>.</summary>
    /// <exception cref="AbiException">The text is no type.</exception>
    public static AbiType Parse(string text) => new AbiSignatureParser(text).Type();

    /// <summary>The type of an elementary name; null where the name is none.</summary>
    internal static AbiType? Elementary(string name) => name switch
    {
        "address" => Address,
        "bool" => Bool,
        "bytes" => Bytes,
        "string" => String,
        "function" => Function,
        "uint" => Uint(256),
        "int" => Int(256),
        "byte" => FixedBytes(1),
        _ when Numbered(name, "uint") is { } bits => Uint(bits),
        _ when Numbered(name, "int") is { } bits => Int(bits),
        _ when Numbered(name, "bytes") is { } size => FixedBytes(size),
        _ => null,
    };

    /// <summary>The canonical name, as signatures have it.</summary>
    public override string ToString() => _name;

    /// <inheritdoc/>
    public bool Equals(AbiType? other) => other is not null && _name == other._name;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as AbiType);

    /// <inheritdoc/>
    public override int GetHashCode() => _name.GetHashCode(StringComparison.Ordinal);

    private static int? Numbered(string name, string prefix) =>
        name.StartsWith(prefix, StringComparison.Ordinal) && name.Length <= prefix.Length + 3
            && name[prefix.Length..] is [not '0', ..] digits
            && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    private static int Width(string type, int bits) => bits is >= 8 and <= 256 && bits % 8 == 0
        ? bits
        : throw new AbiException($"There is no type {type}{bits}: widths are multiples of 8 from 8 to 256.");

    private static string Digits(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Short(string name) => name.Length <= 80 ? name : name[..80] + "…";
}

/// <summary>A named value of a function, event, error or tuple.</summary>
/// <param name="Name">Its name; empty where it has none.</param>
/// <param name="Type">Its type.</param>
/// <param name="Indexed">Whether an event puts it among the topics.</param>
/// <param name="InternalType">What the contract's source calls the type, such as <c>struct Market.Offer</c> or <c>enum Market.State</c>;
/// null where that is not told.</param>
public sealed record AbiParameter(string Name, AbiType Type, bool Indexed = false, string? InternalType = null);
