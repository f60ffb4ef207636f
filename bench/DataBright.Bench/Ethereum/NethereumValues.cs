using System.Collections;
using System.Numerics;
using System.Text.Json;
using DataBright.Ethereum;
using DataBright.Ethereum.Tests.Vectors;
using Nethereum.ABI.FunctionEncoding;

namespace DataBright.Bench.Ethereum;

/// <summary>Values of the vectors as Nethereum takes and gives them.</summary>
internal static class NethereumValues
{
    public static object Of(AbiType type, JsonElement value)
    {
        value = Bare(value);
        return type.Kind switch
        {
            AbiKind.Uint or AbiKind.Int => VectorValues.Number(value.GetString()!),
            AbiKind.Address or AbiKind.String => value.GetString()!,
            AbiKind.Bool => value.GetBoolean(),
            AbiKind.Tuple => type.Components.Zip(value.EnumerateArray(), (part, one) => Of(part.Type, one)).ToArray(),
            AbiKind.Array or AbiKind.FixedArray => value.EnumerateArray().Select(one => Of(type.Element!, one)).ToList(),
            _ => Hex.Decode(value.GetString()!),
        };
    }

    public static bool AreSame(AbiType[] types, JsonElement values, List<ParameterOutput> found) =>
        types.Length == found.Count && types.Zip(values.EnumerateArray()).Zip(found)
            .All(one => IsSame(one.First.First, one.First.Second, one.Second.Result));

    public static bool IsSame(AbiType type, JsonElement value, object? found)
    {
        value = Bare(value);
        return type.Kind switch
        {
            AbiKind.Uint or AbiKind.Int => found is BigInteger number && number == VectorValues.Number(value.GetString()!),
            AbiKind.Address => found is string address && address.Equals(value.GetString(), StringComparison.OrdinalIgnoreCase),
            AbiKind.String => found is string text && text == value.GetString(),
            AbiKind.Bool => found is bool truth && truth == value.GetBoolean(),
            AbiKind.Tuple => found is List<ParameterOutput> parts && AreSame([.. type.Components.Select(part => part.Type)], value, parts),
            AbiKind.Array or AbiKind.FixedArray => found is IList list && list.Count == value.GetArrayLength()
                && value.EnumerateArray().Index().All(one => IsSame(type.Element!, one.Item, list[one.Index])),
            _ => found is byte[] bytes && bytes.AsSpan().SequenceEqual(Hex.Decode(value.GetString()!)),
        };
    }

    /// <summary>Of an indexed value without a word of its own the chain keeps a hash: it is taken as bytes and as text.</summary>
    public static bool IsHash(string expected, object? found) => found switch
    {
        byte[] bytes => Hex.Encode(bytes) == expected,
        string text => text.Equals(expected, StringComparison.OrdinalIgnoreCase),
        _ => false,
    };

    private static JsonElement Bare(JsonElement value) => value.ValueKind == JsonValueKind.Object ? value.GetProperty("value") : value;
}
