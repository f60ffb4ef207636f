using System.Text;

namespace DataBright.Ethereum;

/// <summary>
/// Encodes values by types that are known only when the program runs, as those of typed data are; generated bindings
/// drive <see cref="AbiWriter"/> and <see cref="AbiReader"/> themselves.
/// </summary>
public static class Abi
{
    /// <summary>Encodes values as a function's arguments or results.</summary>
    /// <exception cref="AbiException">A value does not suit its type, or there are more or fewer than types.</exception>
    public static byte[] Encode(IReadOnlyList<AbiType> types, IReadOnlyList<AbiValue> values) =>
        EncodeInto(new AbiWriter(HeadWords(types)), types, values);

    /// <summary>The topic that a value of an indexed parameter has: itself in one word, or a hash where it has no single word.</summary>
    /// <exception cref="AbiException">The value does not suit the type.</exception>
    public static Hash32 EncodeTopic(AbiType type, AbiValue value) =>
        IsOneWord(type)
            ? new Hash32(Abi.Encode([type], [value]))
            : Keccak.Hash(AbiInPlace.TopicPreimage(type, value));

    internal static void Write(AbiWriter writer, AbiType type, AbiValue value)
    {
        switch (type.Kind, value)
        {
            case (AbiKind.Uint, AbiValue.Uint number): writer.Uint(number.Value, type.Size); break;
            case (AbiKind.Uint, AbiValue.Int { Value.IsNegative: false } number): writer.Uint(number.Value.ToBits(), type.Size); break;
            case (AbiKind.Int, AbiValue.Int number): writer.Int(number.Value, type.Size); break;
            case (AbiKind.Int, AbiValue.Uint { Value.BitLength: < 256 } number): writer.Int(Int256.FromBits(number.Value), type.Size); break;
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

    internal static AbiException Unsuitable(AbiType type, AbiValue value) =>
        new($"A {value.GetType().Name} does not suit the type {type}.");

    internal static void RequireSameCount(int expected, int given)
    {
        if (given != expected)
            throw new AbiException($"{expected} values are expected; there are {given}.");
    }

    internal static int HeadWords(IEnumerable<AbiType> types) => types.Sum(type => type.HeadWords);

    internal static byte[] EncodeInto(AbiWriter writer, IReadOnlyList<AbiType> types, IReadOnlyList<AbiValue> values)
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

    internal static bool IsOneWord(AbiType type) =>
        type.Kind is not (AbiKind.Bytes or AbiKind.String or AbiKind.Array or AbiKind.FixedArray or AbiKind.Tuple);
}

/// <summary>The encoding without offsets, of indexed event parameters and fields of typed data.</summary>
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

    internal static void WritePadded(MemoryStream bytes, AbiType type, AbiValue value)
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

    internal static byte[]? Raw(AbiType type, AbiValue value) => (type.Kind, value) switch
    {
        (AbiKind.Bytes, AbiValue.Bytes raw) => raw.Value.ToArray(),
        (AbiKind.String, AbiValue.Text text) => Encoding.UTF8.GetBytes(text.Value),
        (AbiKind.Bytes or AbiKind.String, _) => throw Abi.Unsuitable(type, value),
        _ => null,
    };

    internal static byte[] Word(AbiType type, AbiValue value) => Abi.Encode([type], [value]);
}
