namespace DataBright.Ethereum;

/// <summary>The contract ABI for types that are known only when the program runs, which vectors and peers need beside encoding.</summary>
public static class AbiReference
{
    extension(Abi)
    {
        /// <summary>Encodes values after a selector, as calldata or a custom error.</summary>
        /// <exception cref="AbiException">A value does not suit its type, or there are more or fewer than types.</exception>
        public static byte[] Encode(Selector selector, IReadOnlyList<AbiType> types, IReadOnlyList<AbiValue> values) =>
            Abi.EncodeInto(new AbiWriter(selector, Abi.HeadWords(types)), types, values);

        /// <summary>Decodes values of the given types. Bytes after the last value are not looked at.</summary>
        /// <exception cref="AbiException">The data is no encoding of such values.</exception>
        public static AbiValue[] Decode(IReadOnlyList<AbiType> types, ReadOnlyMemory<byte> data)
        {
            var reader = new AbiReader(data);
            return [.. types.Select(type => AbiReference.Read(reader, type))];
        }

        /// <summary>
        /// Encodes values without padding, as Solidity's <c>abi.encodePacked</c>: for hashes only, since different values
        /// can have equal bytes.
        /// </summary>
        /// <exception cref="AbiException">A value does not suit its type, or has a tuple or an array of strings or bytes, which Solidity refuses too.</exception>
        public static byte[] EncodePacked(IReadOnlyList<AbiType> types, IReadOnlyList<AbiValue> values)
        {
            Abi.RequireSameCount(types.Count, values.Count);
            using var bytes = new MemoryStream();
            for (var i = 0; i < types.Count; i++)
                AbiReference.WritePacked(bytes, types[i], values[i]);
            return bytes.ToArray();
        }
    }

    extension(AbiType)
    {
        /// <summary>Reads a type such as <c>uint256</c>, <c>(address owner, bytes32[4] roots)[]</c> or <c>tuple(string,bool)</c>.</summary>
        /// <exception cref="AbiException">The text is no type.</exception>
        public static AbiType Parse(string text) => new AbiSignatureParser(text).Type();
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

    private static AbiValue.List ReadParts(AbiReader reader, AbiType type, int count)
    {
        var values = new List<AbiValue>();
        for (var i = 0; i < count; i++)
            values.Add(Read(reader, type.Element ?? type.Components[i].Type));
        return new AbiValue.List(values);
    }

    private static void WritePacked(MemoryStream bytes, AbiType type, AbiValue value)
    {
        if (AbiInPlace.Raw(type, value) is { } raw)
            bytes.Write(raw);
        else if (type.Kind is AbiKind.Array or AbiKind.FixedArray && Leaf(type).Kind is not (AbiKind.Tuple or AbiKind.Bytes or AbiKind.String))
            AbiInPlace.WritePadded(bytes, type, value);
        else if (type.Kind is AbiKind.Tuple or AbiKind.Array or AbiKind.FixedArray)
            throw new AbiException($"A {type} cannot be packed: plain values can, and arrays of plain static values.");
        else
            bytes.Write(Packed(type, AbiInPlace.Word(type, value)));
    }

    private static AbiType Leaf(AbiType type) => type.Element is { } element ? Leaf(element) : type;

    private static ReadOnlySpan<byte> Packed(AbiType type, ReadOnlySpan<byte> word) => type.Kind switch
    {
        AbiKind.Uint or AbiKind.Int => word[(32 - type.Size / 8)..],
        AbiKind.Address => word[12..],
        AbiKind.Bool => word[31..],
        _ => word[..type.Size],
    };
}
