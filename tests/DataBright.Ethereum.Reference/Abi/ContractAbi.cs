using System.Text.Json;

namespace DataBright.Ethereum;

/// <summary>What a contract offers, from the JSON that compilers write.</summary>
/// <param name="Constructor">The constructor's arguments; none where the contract has no constructor.</param>
/// <param name="Functions">Its functions in the order of the JSON.</param>
/// <param name="Events">Its events.</param>
/// <param name="Errors">Its custom errors.</param>
public sealed record ContractAbi(
    IReadOnlyList<AbiParameter> Constructor,
    IReadOnlyList<AbiFunction> Functions,
    IReadOnlyList<AbiEvent> Events,
    IReadOnlyList<AbiError> Errors)
{
    /// <summary>
    /// Reads a JSON array of entries. Entries for <c>fallback</c> and <c>receive</c> have nothing to encode and are left out.
    /// </summary>
    /// <exception cref="AbiException">The text is not that.</exception>
    public static ContractAbi Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Parse(document.RootElement);
        }
        // A string with half a surrogate pair is an InvalidOperationException.
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            throw new AbiException($"The contract's ABI is no JSON: {fault.Message}");
        }
    }

    /// <summary>Reads the <c>abi</c> part of a compiler's output.</summary>
    /// <exception cref="AbiException">The element is no array of entries.</exception>
    public static ContractAbi Parse(JsonElement entries)
    {
        if (entries.ValueKind != JsonValueKind.Array)
            throw new AbiException("A contract's ABI is a JSON array.");
        IReadOnlyList<AbiParameter> constructor = [];
        var functions = new List<AbiFunction>();
        var events = new List<AbiEvent>();
        var errors = new List<AbiError>();
        foreach (var entry in entries.EnumerateArray())
        {
            switch (Text(entry, "type") ?? "function")
            {
                case "constructor":
                    constructor = Parameters(entry, "inputs");
                    break;
                case "function":
                    functions.Add(new AbiFunction(Name(entry), Parameters(entry, "inputs"), Parameters(entry, "outputs"),
                        Mutability(entry)));
                    break;
                case "event":
                    events.Add(new AbiEvent(Name(entry), Parameters(entry, "inputs"), Flag(entry, "anonymous")));
                    break;
                case "error":
                    errors.Add(new AbiError(Name(entry), Parameters(entry, "inputs")));
                    break;
                case "fallback" or "receive":
                    break;
                case var other:
                    throw new AbiException($"A contract's ABI has an entry of the unknown type \"{other}\".");
            }
        }
        return new ContractAbi(constructor, functions, events, errors);
    }

    private static List<AbiParameter> Parameters(JsonElement entry, string property)
    {
        var parameters = new List<AbiParameter>();
        if (!entry.TryGetProperty(property, out var list) || list.ValueKind == JsonValueKind.Null)
            return parameters;
        if (list.ValueKind != JsonValueKind.Array)
            throw new AbiException($"\"{property}\" of an ABI entry is a JSON array.");
        foreach (var item in list.EnumerateArray())
            parameters.Add(new AbiParameter(Text(item, "name") ?? "", Type(item), Flag(item, "indexed"), Text(item, "internalType")));
        return parameters;
    }

    private static AbiType Type(JsonElement item)
    {
        var name = Text(item, "type") ?? throw new AbiException("A parameter of an ABI entry has no \"type\".");
        return name.StartsWith("tuple", StringComparison.Ordinal)
            ? new AbiSignatureParser(name[5..]).Suffixes(AbiType.TupleOf(Parameters(item, "components")))
            : AbiType.Parse(name);
    }

    private static AbiMutability Mutability(JsonElement entry) => Text(entry, "stateMutability") switch
    {
        "pure" => AbiMutability.Pure,
        "view" => AbiMutability.View,
        "payable" => AbiMutability.Payable,
        "nonpayable" => AbiMutability.Nonpayable,
        // Compilers before 0.4.16 said it in two flags.
        null => Flag(entry, "constant") ? AbiMutability.View : Flag(entry, "payable") ? AbiMutability.Payable : AbiMutability.Nonpayable,
        var other => throw new AbiException($"A function's stateMutability is \"{other}\", which is not known."),
    };

    private static string Name(JsonElement entry) =>
        Text(entry, "name") ?? throw new AbiException("An ABI entry has no \"name\".");

    private static bool Flag(JsonElement entry, string property) =>
        entry.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.True;

    private static string? Text(JsonElement entry, string property)
    {
        if (entry.ValueKind != JsonValueKind.Object)
            throw new AbiException("An entry of a contract's ABI is a JSON object.");
        return entry.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }
}
