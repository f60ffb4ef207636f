using System.Text;

namespace DataBright.Ethereum;

/// <summary>
/// Encodes and decodes values by types that are known only when the program runs; generated bindings drive
/// <see cref="AbiWriter"/> and <see cref="AbiReader"/> themselves.
/// </summary>
public static class Abi
{
    /// <summary>Encodes values as a function's arguments or results.</summary>
    /// <exception cref="AbiException">A value does not suit its type, or there are more or fewer than types.</exception>
    public static byte[] Encode(IReadOnlyList<AbiType> types, IReadOnlyList<AbiValue> values) =>
        EncodeInto(new AbiWriter(HeadWords(types)), types, values);

    /// <summary>Encodes values after a selector, as calldata or a custom error.</summary>
    /// <exception cref="AbiException">A value does not suit its type, or there are more or fewer than types.</exception>
    public static byte[] Encode(Selector selector, IReadOnlyList<AbiType> types, IReadOnlyList<AbiValue> values) =>
        EncodeInto(new AbiWriter(selector, HeadWords(types)), types, values);

    /// <summary>Decodes values of the given types. Bytes after the last value are not looked at.</summary>
    /// <exception cref="AbiException">The data is no encoding of such values.</exception>
    public static AbiValue[] Decode(IReadOnlyList<AbiType> types, ReadOnlyMemory<byte> data)
    {
        var reader = new AbiReader(data);
        return [.. types.Select(type => Read(reader, type))];
    }

    /// <summary>
    /// Encodes values without padding, as Solidity's <c>abi.encodePacked</c>: for hashes only, since different values
    /// can have equal bytes.
    /// </summary>
    /// <exception cref="AbiException">A value does not suit its type, or has a tuple or an array of strings or bytes, which Solidity
    /// refuses too.</exception>
    public static byte[] EncodePacked(IReadOnlyList<AbiType> types, IReadOnlyList<AbiValue> values)
    {
        RequireSameCount(types.Count, values.Count);
        using var bytes = new MemoryStream();
        for (var i = 0; i < types.Count; i++)
            AbiInPlace.WritePacked(bytes, types[i], values[i]);
        return bytes.ToArray();
    }

    internal static void Write(AbiWriter writer, AbiType type, AbiValue value)
    {
        switch (type.Kind, value)
        {
            case (AbiKind.Uint, AbiValue.Uint number): writer.Uint(number.Value, type.Size); break;
            case (AbiKind.Uint, AbiValue.Int { Value.IsNegative: false } number): writer.Uint(number.Value.ToBits(), type.Size); break;
            case (AbiKind.Int, AbiValue.Int number): writer.Int(number.Value, type.Size); break;
            case (AbiKind.Int, AbiValue.Uint { Value.BitLength: < 256 } number): writer.Int(Int256.FromBits(number.Value),
                type.Size); break;
            case (AbiKind.Address, AbiValue.Account account): writer.Address(account.Value); break;
            case (AbiKind.Bool, AbiValue.Truth truth): writer.Bool(truth.Value); break;
            case (AbiKind.FixedBytes or AbiKind.Function, AbiValue.Bytes bytes): writer.FixedBytes(bytes.Value.Span, type.Size); break;
            case (AbiKind.Bytes, AbiValue.Bytes bytes): writer.Bytes(bytes.Value.Span); break;
            case (AbiKind.String, AbiValue.Text text): writer.String(text.Value); break;
            case (AbiKind.Array, AbiValue.List list):
                writer.BeginArray(list.Values.Count, type.Element!.HeadWords);
                WriteParts(writer, type, list.Values);
                writer.End();
                break;
            case (AbiKind.FixedArray or AbiKind.Tuple, AbiValue.List list):
                RequireSameCount(type.Kind == AbiKind.Tuple ? type.Components.Count : type.Size, list.Values.Count);
                if (type.IsDynamic)
                    writer.BeginTuple(type.BodyWords);
                WriteParts(writer, type, list.Values);
                if (type.IsDynamic)
                    writer.End();
                break;
            default: throw Unsuitable(type, value);
        }
    }

    internal static AbiValue Read(AbiReader reader, AbiType type)
    {
        switch (type.Kind)
        {
            case AbiKind.Uint: return new AbiValue.Uint(reader.Uint(type.Size));
            case AbiKind.Int: return new AbiValue.Int(reader.Int(type.Size));
            case AbiKind.Address: return new AbiValue.Account(reader.Address());
            case AbiKind.Bool: return new AbiValue.Truth(reader.Bool());
            case AbiKind.FixedBytes or AbiKind.Function: return new AbiValue.Bytes(reader.FixedBytes(type.Size));
            case AbiKind.Bytes: return new AbiValue.Bytes(reader.Bytes());
            case AbiKind.String: return new AbiValue.Text(reader.String());
            case AbiKind.Array:
                var elements = ReadParts(reader, type, reader.BeginArray(type.Element!.HeadWords));
                reader.End();
                return elements;
            default:
                if (type.IsDynamic)
                    reader.BeginTuple();
                var parts = ReadParts(reader, type, type.Kind == AbiKind.Tuple ? type.Components.Count : type.Size);
                if (type.IsDynamic)
                    reader.End();
                return parts;
        }
    }

    internal static AbiException Unsuitable(AbiType type, AbiValue value) =>
        new($"A {value.GetType().Name} does not suit the type {type}.");

    internal static void RequireSameCount(int expected, int given)
    {
        if (given != expected)
            throw new AbiException($"{expected} values are expected; there are {given}.");
    }

    internal static int HeadWords(IEnumerable<AbiType> types) => types.Sum(type => type.HeadWords);

    private static byte[] EncodeInto(AbiWriter writer, IReadOnlyList<AbiType> types, IReadOnlyList<AbiValue> values)
    {
        RequireSameCount(types.Count, values.Count);
        for (var i = 0; i < types.Count; i++)
            Write(writer, types[i], values[i]);
        return writer.ToArray();
    }

    private static void WriteParts(AbiWriter writer, AbiType type, IReadOnlyList<AbiValue> values)
    {
        for (var i = 0; i < values.Count; i++)
            Write(writer, type.Element ?? type.Components[i].Type, values[i]);
    }

    private static AbiValue.List ReadParts(AbiReader reader, AbiType type, int count)
    {
        var values = new List<AbiValue>();
        for (var i = 0; i < count; i++)
            values.Add(Read(reader, type.Element ?? type.Components[i].Type));
        return new AbiValue.List(values);
    }
}

/// <summary>The two encodings without offsets: of indexed event parameters, and Solidity's packed one.</summary>
internal static class AbiInPlace
{
    /// <summary>The preimage of the topic that stands for a dynamic or composite value in an event.</summary>
    public static byte[] TopicPreimage(AbiType type, AbiValue value)
    {
        using var bytes = new MemoryStream();
        if (Raw(type, value) is { } raw)
            bytes.Write(raw);
        else
            WritePadded(bytes, type, value);
        return bytes.ToArray();
    }

    public static void WritePacked(MemoryStream bytes, AbiType type, AbiValue value)
    {
        if (Raw(type, value) is { } raw)
            bytes.Write(raw);
        else if (type.Kind is AbiKind.Array or AbiKind.FixedArray
            && Leaf(type).Kind is not (AbiKind.Tuple or AbiKind.Bytes or AbiKind.String))
            WritePadded(bytes, type, value);
        else if (type.Kind is AbiKind.Tuple or AbiKind.Array or AbiKind.FixedArray)
            throw new AbiException($"A {type} cannot be packed: plain values can, and arrays of plain static values.");
        else
            bytes.Write(Packed(type, Word(type, value)));
    }

    private static AbiType Leaf(AbiType type) => type.Element is { } element ? Leaf(element) : type;

    private static ReadOnlySpan<byte> Packed(AbiType type, ReadOnlySpan<byte> word) => type.Kind switch
    {
        AbiKind.Uint or AbiKind.Int => word[(32 - type.Size / 8)..],
        AbiKind.Address => word[12..],
        AbiKind.Bool => word[31..],
        _ => word[..type.Size],
    };

    private static void WritePadded(MemoryStream bytes, AbiType type, AbiValue value)
    {
        if (Raw(type, value) is { } raw)
        {
            bytes.Write(raw);
            bytes.Write(stackalloc byte[(32 - raw.Length % 32) % 32]);
        }
        else if (type.Kind is AbiKind.Array or AbiKind.FixedArray or AbiKind.Tuple)
        {
            var values = Parts(type, value);
            for (var i = 0; i < values.Count; i++)
                WritePadded(bytes, type.Element ?? type.Components[i].Type, values[i]);
        }
        else
            bytes.Write(Word(type, value));
    }

    private static IReadOnlyList<AbiValue> Parts(AbiType type, AbiValue value)
    {
        var values = value is AbiValue.List list ? list.Values : throw Abi.Unsuitable(type, value);
        if (type.Kind != AbiKind.Array)
            Abi.RequireSameCount(type.Kind == AbiKind.Tuple ? type.Components.Count : type.Size, values.Count);
        return values;
    }

    private static byte[]? Raw(AbiType type, AbiValue value) => (type.Kind, value) switch
    {
        (AbiKind.Bytes, AbiValue.Bytes raw) => raw.Value.ToArray(),
        (AbiKind.String, AbiValue.Text text) => Encoding.UTF8.GetBytes(text.Value),
        (AbiKind.Bytes or AbiKind.String, _) => throw Abi.Unsuitable(type, value),
        _ => null,
    };

    private static byte[] Word(AbiType type, AbiValue value) => Abi.Encode([type], [value]);
}
