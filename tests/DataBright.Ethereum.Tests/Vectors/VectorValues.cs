using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace DataBright.Ethereum.Tests.Vectors;

/// <summary>Values as the vectors write them: bare, or as {"type", "value"}.</summary>
internal static class VectorValues
{
    public static AbiValue[] Read(IReadOnlyList<AbiType> types, JsonElement values) =>
        [.. types.Zip(values.EnumerateArray(), Read)];

    public static AbiValue Read(AbiType type, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Object)
            value = value.GetProperty("value");
        return type.Kind switch
        {
            AbiKind.Uint => (Uint256)Number(value.GetString()!),
            AbiKind.Int => (Int256)Number(value.GetString()!),
            AbiKind.Address => Address.Parse(value.GetString()!),
            AbiKind.Bool => value.GetBoolean(),
            AbiKind.String => value.GetString()!,
            AbiKind.Tuple => new AbiValue.List(Read([.. type.Components.Select(part => part.Type)], value)),
            AbiKind.Array or AbiKind.FixedArray =>
                new AbiValue.List([.. value.EnumerateArray().Select(element => Read(type.Element!, element))]),
            _ => Hex.Decode(value.GetString()!),
        };
    }

    public static BigInteger Number(string text) => text.StartsWith('-') ? -Number(text[1..])
        : text.StartsWith("0x", StringComparison.Ordinal)
            ? BigInteger.Parse("0" + text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
        : BigInteger.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
