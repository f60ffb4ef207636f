using System.Globalization;
using System.Text.Json.Nodes;

namespace DataBright.Ethereum;

/// <summary>Writes messages of EIP-712 in the JSON that wallets take with <c>eth_signTypedData_v4</c>.</summary>
public static class TypedDataJson
{
    private const string DomainName = "EIP712Domain";

    // Beyond this a JSON number is another number in JavaScript.
    private const ulong ExactInJson = 1UL << 53;

    /// <summary>
    /// Writes <c>{"types", "primaryType", "domain", "message"}</c>. Numbers are decimal text, but for the chain id, which wallets compare.
    /// </summary>
    /// <param name="domain">What the signature is bound to.</param>
    /// <param name="type">The message's type.</param>
    /// <param name="values">The message, one value for each field in order.</param>
    /// <exception cref="TypedDataException">A value does not suit its field, or there are more or fewer than fields.</exception>
    public static JsonObject Write(TypedDomain domain, TypedStruct type, params AbiValue[] values)
    {
        // Whatever cannot be hashed must not be shown to somebody who is to sign it.
        type.Hash(values);
        var types =
            new JsonObject { [DomainName] = new JsonArray([.. domain.Members().Select(member => Field(member.Type, member.Name))]) };
        Collect(type, types);
        return new JsonObject
        {
            ["types"] = types,
            ["primaryType"] = type.Name,
            ["domain"] = new JsonObject(domain.Members()
                .Select(member => KeyValuePair.Create(member.Name, OfDomain(member.Name, member.Value)))),
            ["message"] = Message(type, values),
        };
    }

    private static void Collect(TypedStruct type, JsonObject into)
    {
        if (into.ContainsKey(type.Name)) return;
        var fields = type.Fields.ToArray();
        into[type.Name] = new JsonArray([.. fields.Select(field => Field(field.Type.Name, field.Name))]);
        foreach (var part in fields.Select(field => field.Type.Struct).OfType<TypedStruct>()) Collect(part, into);
    }

    private static JsonObject Field(string type, string name) => new() { ["name"] = name, ["type"] = type };

    private static JsonNode? OfDomain(string name, AbiValue value) =>
        name == "chainId" && value is AbiValue.Uint { Value: var chain } && chain < ExactInJson
            ? JsonValue.Create((ulong)chain) : Value(null, value);

    private static JsonObject Message(TypedStruct type, IReadOnlyList<AbiValue> values)
    {
        var message = new JsonObject();
        for (var i = 0; i < values.Count; i++) message[type.Fields[i].Name] = Value(type.Fields[i].Type, values[i]);
        return message;
    }

    private static JsonNode? Value(TypedType? type, AbiValue value) => value switch
    {
        AbiValue.List list when type?.Element is { } element => new JsonArray([.. list.Values.Select(one => Value(element, one))]),
        AbiValue.List list => Message(type!.Struct!, list.Values),
        AbiValue.Uint number => number.Value.ToString(),
        AbiValue.Int number => number.Value.ToString(),
        AbiValue.Truth truth => truth.Value,
        AbiValue.Account account => account.Value.ToString(),
        AbiValue.Bytes bytes => Hex.Encode(bytes.Value.Span),
        AbiValue.Text text => text.Value,
        _ => throw new TypedDataException(string.Create(CultureInfo.InvariantCulture, $"A {value.GetType().Name} has no form in JSON.")),
    };
}
