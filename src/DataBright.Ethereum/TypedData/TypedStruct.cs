using System.Text;

namespace DataBright.Ethereum;

/// <summary>
/// A struct type of EIP-712 with its type hash. Define it once, in a static field, and hash any number of values.
/// </summary>
public sealed class TypedStruct
{
    /// <summary>Structs and arrays inside one another; deeper nesting is refused.</summary>
    internal const int MaxDepth = 32;

    private readonly TypedField[] _fields;

    internal TypedStruct(string name, TypedField[] fields)
    {
        (Name, _fields) = (name, fields);
        Depth = 1 + fields.Select(field => field.Type.Struct?.Depth ?? 0).DefaultIfEmpty(0).Max();
        if (Depth > MaxDepth)
            throw new TypedDataException($"The struct {name} nests more than {MaxDepth} deep.");
        EncodedType = Encoded();
        TypeHash = Keccak.HashText(EncodedType);
    }

    /// <summary>The struct's name.</summary>
    public string Name { get; }

    /// <summary>The type as EIP-712 writes it: this struct, then the ones it refers to in alphabetical order.</summary>
    public string EncodedType { get; }

    /// <summary>The hash of <see cref="EncodedType"/>, which contracts have as a constant.</summary>
    public Hash32 TypeHash { get; }

    internal int Depth { get; }

    internal ReadOnlySpan<TypedField> Fields => _fields;

    /// <summary>
    /// Defines a struct from a text such as <c>Mail(Person from,Person to,string contents)</c>; the structs that it
    /// names are given as <paramref name="parts"/>.
    /// </summary>
    /// <exception cref="TypedDataException">The text is no struct, or names a type that is not known.</exception>
    public static TypedStruct Define(string definition, params TypedStruct[] parts)
    {
        var open = definition.IndexOf('(', StringComparison.Ordinal);
        if (open <= 0 || !definition.EndsWith(')'))
            throw new TypedDataException($"\"{definition}\" defines no struct: Name(type field,…) is expected.");
        var known = parts.ToDictionary(part => part.Name, StringComparer.Ordinal);
        var fields = definition[(open + 1)..^1].Split(',', StringSplitOptions.RemoveEmptyEntries);
        return new TypedStruct(definition[..open], [.. fields.Select(field => field.Split(' ') is [var type, var name]
            ? new TypedField(name, TypedType.Parse(type, known.GetValueOrDefault))
            : throw new TypedDataException($"\"{field}\" is no field: a type, one space and a name are expected."))]);
    }

    /// <summary>The struct hash of values, one for each field in order; a struct's value is a list of its own.</summary>
    /// <exception cref="TypedDataException">A value does not suit its field, or there are more or fewer than fields.</exception>
    public Hash32 Hash(params AbiValue[] values) => Keccak.Hash(Encode(values));

    internal byte[] Encode(IReadOnlyList<AbiValue> values)
    {
        if (values.Count != _fields.Length)
            throw new TypedDataException($"{Name} has {_fields.Length} fields; {values.Count} values were given.");
        var data = new byte[Hash32.Size * (1 + values.Count)];
        TypeHash.CopyTo(data);
        for (var i = 0; i < values.Count; i++)
        {
            try
            {
                _fields[i].Type.Word(values[i]).CopyTo(data.AsSpan(Hash32.Size * (1 + i)));
            }
            catch (AbiException fault)
            {
                throw new TypedDataException($"{Name}.{_fields[i].Name}: {fault.Message}");
            }
        }
        return data;
    }

    private string Encoded()
    {
        var parts = new SortedDictionary<string, TypedStruct>(StringComparer.Ordinal);
        Collect(this, parts);
        parts.Remove(Name);
        var text = new StringBuilder(Definition());
        foreach (var part in parts.Values)
            text.Append(part.Definition());
        return text.ToString();
    }

    private string Definition() => $"{Name}({string.Join(',', _fields.Select(field => $"{field.Type.Name} {field.Name}"))})";

    private static void Collect(TypedStruct from, SortedDictionary<string, TypedStruct> into)
    {
        foreach (var field in from._fields)
            if (field.Type.Struct is { } part && into.TryAdd(part.Name, part))
                Collect(part, into);
    }
}

/// <summary>A field of a struct.</summary>
internal sealed record TypedField(string Name, TypedType Type);

/// <summary>The type of a field: a plain type, a struct, or an array of either.</summary>
internal sealed class TypedType
{
    private TypedType(string name, PlainType? plain, TypedStruct? @struct, TypedType? element = null, int? length = null) =>
        (Name, Plain, Struct, Element, Length) = (name, plain, @struct, element, length);

    public string Name { get; }

    public PlainType? Plain { get; }

    /// <summary>The struct that this is, or that the array has in the end.</summary>
    public TypedStruct? Struct { get; }

    public TypedType? Element { get; }

    public int? Length { get; }

    public static TypedType Parse(string name, Func<string, TypedStruct?> known)
    {
        var bracket = name.IndexOf('[', StringComparison.Ordinal);
        var plainName = bracket < 0 ? name : name[..bracket];
        var plain = PlainType.Find(plainName);
        var part = plain is null ? known(plainName) ?? throw new TypedDataException($"The type \"{plainName}\" is not defined.") : null;
        var type = new TypedType(plainName, plain, part);
        for (var depth = 0; bracket >= 0 && bracket < name.Length; depth++)
        {
            var close = name.IndexOf(']', bracket);
            if (close < 0 || name[bracket] != '[' || depth == TypedStruct.MaxDepth)
                throw new TypedDataException($"\"{(name.Length > 80 ? name[..80] + "…" : name)}\" is no type.");
            int? length = null;
            if (close > bracket + 1)
                length = int.TryParse(name.AsSpan(bracket + 1, close - bracket - 1), System.Globalization.NumberStyles.None, null,
                    out var number)
                    ? number
                    : throw new TypedDataException($"\"{name}\" has an array length that is no number.");
            type = new TypedType(name[..(close + 1)], null, part, type, length);
            bracket = close + 1;
        }
        return type;
    }

    /// <summary>The 32 bytes that stand for a value in its struct's encoding.</summary>
    public Hash32 Word(AbiValue value)
    {
        if (Element is not null)
        {
            var values = Values(value);
            if (Length is { } length && values.Count != length)
                throw new AbiException($"{Name} has {length} elements; {values.Count} were given.");
            var keccak = new Keccak();
            foreach (var part in values)
                keccak.Append(Element.Word(part).AsSpan());
            return keccak.Finish();
        }
        return Plain is not null ? Plain.Word(value) : Keccak.Hash(Struct!.Encode(Values(value)));
    }

    private IReadOnlyList<AbiValue> Values(AbiValue value) =>
        value is AbiValue.List list ? list.Values : throw new AbiException($"A {value.GetType().Name} does not suit the type {Name}.");
}
