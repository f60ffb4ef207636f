using System.Numerics;
using System.Text.Json;

namespace DataBright.Ethereum;

/// <summary>A message of EIP-712 in the JSON that wallets take with <c>eth_signTypedData_v4</c>.</summary>
public sealed class TypedData
{
    private const string DomainName = "EIP712Domain";
    private const int MaxTypes = 256;

    private TypedData(TypedStruct primary, byte[] encoded, Hash32 separator)
    {
        PrimaryType = primary;
        Encoded = encoded;
        DomainSeparator = separator;
        StructHash = Keccak.Hash(encoded);
        // Signing the domain alone leaves the message out, as wallets do.
        Digest = primary.Name == DomainName
            ? Keccak.Hash([0x19, 0x01, .. separator.AsSpan()])
            : TypedDomain.Digest(separator, StructHash);
    }

    /// <summary>The type of the message.</summary>
    public TypedStruct PrimaryType { get; }

    /// <summary>The hash of the domain.</summary>
    public Hash32 DomainSeparator { get; }

    /// <summary>The hash of the message.</summary>
    public Hash32 StructHash { get; }

    /// <summary>The digest that is signed.</summary>
    public Hash32 Digest { get; }

    internal byte[] Encoded { get; }

    /// <summary>
    /// Reads <c>{"types", "primaryType", "domain", "message"}</c>. Where the types do not say what the domain has, it
    /// has the standard fields that are there. Numbers may be JSON numbers, or strings in decimal or after 0x.
    /// </summary>
    /// <exception cref="TypedDataException">The text is no typed data, a field is missing, a value does not suit its type, or types refer
    /// to themselves.</exception>
    public static TypedData Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Parse(document.RootElement);
        }
        // A string with half a surrogate pair is an InvalidOperationException.
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            throw new TypedDataException($"Typed data is no JSON: {fault.Message}");
        }
    }

    /// <summary>As <see cref="Parse(string)"/>, from JSON that was read already.</summary>
    /// <exception cref="TypedDataException">As for text.</exception>
    public static TypedData Parse(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw new TypedDataException("Typed data is a JSON object.");
        var types = Types(Member(json, "types", JsonValueKind.Object));
        var domain = Member(json, "domain", JsonValueKind.Object);
        types.TryAdd(DomainName, StandardDomain(domain));
        var structs = new Dictionary<string, TypedStruct>(StringComparer.Ordinal);
        try
        {
            var primary = Resolve(Member(json, "primaryType", JsonValueKind.String).GetString()!, types, structs, []);
            var message = primary.Name == DomainName ? domain : Member(json, "message", JsonValueKind.Object);
            var separator = Resolve(DomainName, types, structs, []).Hash(Fields(structs[DomainName], domain));
            return new TypedData(primary, primary.Encode(Fields(primary, message)), separator);
        }
        catch (AbiException fault)
        {
            throw new TypedDataException(fault.Message);
        }
    }

    private static Dictionary<string, (string Type, string Name)[]> Types(JsonElement json)
    {
        var types = new Dictionary<string, (string Type, string Name)[]>(StringComparer.Ordinal);
        foreach (var type in json.EnumerateObject())
        {
            if (type.Value.ValueKind != JsonValueKind.Array)
                throw new TypedDataException($"The type {type.Name} is no array of fields.");
            if (types.Count == MaxTypes)
                throw new TypedDataException($"Typed data defines more than {MaxTypes} types.");
            types[type.Name] = [.. type.Value.EnumerateArray().Select(field =>
                (Member(field, "type", JsonValueKind.String).GetString()!, Member(field, "name", JsonValueKind.String).GetString()!))];
        }
        return types;
    }

    private static (string, string)[] StandardDomain(JsonElement domain)
    {
        (string Type, string Name)[] standard =
            [("string", "name"), ("string", "version"), ("uint256", "chainId"), ("address", "verifyingContract"), ("bytes32", "salt")];
        return [.. standard.Where(field => domain.TryGetProperty(field.Name, out var value) && value.ValueKind != JsonValueKind.Null)];
    }

    private static TypedStruct Resolve(
        string name, Dictionary<string, (string Type, string Name)[]> types, Dictionary<string, TypedStruct> done, HashSet<string> open)
    {
        if (done.TryGetValue(name, out var known))
            return known;
        if (!types.TryGetValue(name, out var fields))
            throw new TypedDataException($"The type \"{name}\" is not defined.");
        if (!open.Add(name) || open.Count > TypedStruct.MaxDepth)
            throw new TypedDataException($"The type {name} refers to itself, or nests more than {TypedStruct.MaxDepth} deep.");
        TypedField[] resolved = [.. fields.Select(field =>
            new TypedField(field.Name, TypedType.Parse(field.Type, part => Resolve(part, types, done, open))))];
        open.Remove(name);
        return done[name] = new TypedStruct(name, resolved);
    }

    private static AbiValue[] Fields(TypedStruct type, JsonElement json)
    {
        var values = new List<AbiValue>();
        foreach (var field in type.Fields)
        {
            if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(field.Name, out var value))
                throw new TypedDataException($"{type.Name}.{field.Name} is missing.");
            values.Add(Value(field.Type, value, $"{type.Name}.{field.Name}"));
        }
        return [.. values];
    }

    private static AbiValue Value(TypedType type, JsonElement json, string path)
    {
        if (type.Element is not null)
            return json.ValueKind == JsonValueKind.Array
                ? new AbiValue.List([.. json.EnumerateArray().Select(element => Value(type.Element, element, path))])
                : throw Wrong();
        if (type.Plain is null)
            return new AbiValue.List(Fields(type.Struct!, json));
        try
        {
            return (type.Plain.Kind, json.ValueKind) switch
            {
                (PlainKind.Uint, _) => (Uint256)Number(json),
                (PlainKind.Int, _) => (Int256)Number(json),
                (PlainKind.Bool, JsonValueKind.True or JsonValueKind.False) => json.GetBoolean(),
                (PlainKind.Address, JsonValueKind.String) => Address.Parse(json.GetString()!),
                (PlainKind.String, JsonValueKind.String) => json.GetString()!,
                (PlainKind.FixedBytes or PlainKind.Bytes, JsonValueKind.String) => Hex.Decode(json.GetString()),
                _ => throw Wrong(),
            };
        }
        catch (Exception fault) when (fault is FormatException or OverflowException)
        {
            throw new TypedDataException($"{path}: {fault.Message}");
        }

        TypedDataException Wrong() =>
            new($"{path} is a JSON {json.ValueKind.ToString().ToLowerInvariant()}, which does not suit {type.Name}.");
    }

    private static BigInteger Number(JsonElement json)
    {
        var text = json.ValueKind switch
        {
            JsonValueKind.String => json.GetString()!,
            JsonValueKind.Number => json.GetRawText(),
            _ => "",
        };
        var (negative, digits) = text is ['-', .. var rest] ? (true, rest) : (false, text);
        var magnitude = (BigInteger)Uint256.Parse(digits);
        return negative ? -magnitude : magnitude;
    }

    private static JsonElement Member(JsonElement json, string name, JsonValueKind kind) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == kind
            ? value
            : throw new TypedDataException($"Typed data has no {kind.ToString().ToLowerInvariant()} \"{name}\" where one is expected.");
}
