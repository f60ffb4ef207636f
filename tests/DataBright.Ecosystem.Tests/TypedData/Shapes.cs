using System.Numerics;
using System.Text.Json.Nodes;
using DataBright.Ethereum;

namespace DataBright.Ecosystem.Tests.TypedData;

/// <summary>
/// Random messages with parts and arrays, larger than any statement here needs. Arrays of fixed bytes and arrays of arrays of
/// structs are left out: Nethereum takes neither, see <see cref="ShapeTests"/>.
/// </summary>
internal static class Shapes
{
    /// <summary>A random message and its digest.</summary>
    public static (JsonObject Json, Hash32 Digest) Draw(Chance chance, params string[] plain)
    {
        var parts = new List<(TypedStruct Type, Func<AbiValue> Make)>();
        for (var level = 0; level < 1 + chance.Below(3); level++) parts.Add(Define(chance, $"Part{(char)('Z' - level)}", parts, plain));
        var domain = TypedDomain.Of("Shapes", "1", 1 + (ulong)chance.Below(1 << 30), chance.Account());
        var values = ((AbiValue.List)parts[^1].Make()).Values.ToArray();
        return (TypedDataJson.Write(domain, parts[^1].Type, values), domain.Digest(parts[^1].Type.Hash(values)));
    }

    private static (TypedStruct Type, Func<AbiValue> Make) Define(Chance chance, string name,
        List<(TypedStruct Type, Func<AbiValue> Make)> parts, string[] plain)
    {
        var fields = new List<string>();
        var makers = new List<Func<AbiValue>>();
        for (var i = 0; i < 1 + chance.Below(4); i++)
        {
            var part = parts.Count > 0 && chance.Coin() ? parts[chance.Below(parts.Count)] : default;
            var type = part.Type?.Name ?? plain[chance.Below(plain.Length)];
            var make = part.Make ?? (() => Value(chance, type));
            var field = type;
            for (var dimension = chance.Below(part.Type is not null ? 2 : IsFixedBytes(type) ? 1 : 3); dimension > 0; dimension--)
            {
                var element = make;
                var length = chance.Coin() ? 1 + chance.Below(3) : -1;
                make = () => new AbiValue.List([.. Enumerable.Range(0, length < 0 ? chance.Below(3) : length).Select(_ => element())]);
                field += length < 0 ? "[]" : $"[{length}]";
            }
            fields.Add($"{field} f{i}");
            makers.Add(make);
        }
        return (TypedStruct.Define($"{name}({string.Join(',', fields)})", [.. parts.Select(part => part.Type)]),
            () => new AbiValue.List([.. makers.Select(make => make())]));
    }

    private static AbiValue Value(Chance chance, string type) => type switch
    {
        "address" => chance.Account(),
        "bool" => chance.Coin(),
        "string" => chance.Text(),
        "bytes" => chance.Bytes(chance.Below(70)),
        _ when type.StartsWith("uint", StringComparison.Ordinal) => (Uint256)chance.Number(Width(type[4..])),
        _ when type.StartsWith("int", StringComparison.Ordinal) =>
            (Int256)(chance.Number(Width(type[3..])) - (BigInteger.One << Width(type[3..]) - 1)),
        _ => chance.Bytes(Width(type[5..])),
    };

    private static bool IsFixedBytes(string type) => type.Length > 5 && type.StartsWith("bytes", StringComparison.Ordinal);

    private static int Width(string digits) => int.Parse(digits, System.Globalization.CultureInfo.InvariantCulture);
}
