using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace DataBright.Bindings;

/// <summary>Reads ABI types and collects the structs and enums they mention.</summary>
/// <param name="enums">Members of enums by their Solidity name, such as <c>IProposals.State</c>.</param>
/// <param name="classes">Names of the generated classes.</param>
internal sealed partial class TypeTable(SolidityEnums enums, IReadOnlySet<string> classes)
{
    private readonly SortedDictionary<string, StructDefinition> _structs = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, EnumDefinition> _enums = new(StringComparer.Ordinal);

    public IEnumerable<StructDefinition> Structs => _structs.Values;

    public IEnumerable<EnumDefinition> Enums => _enums.Values;

    public SolidityType Read(JsonElement parameter)
    {
        var type = parameter.GetProperty("type").GetString()!;
        var declared = parameter.TryGetProperty("internalType", out var i) ? i.GetString()! : type;
        return Read(type, declared, parameter);
    }

    private SolidityType Read(string type, string declared, JsonElement parameter)
    {
        var array = ArraySuffix().Match(type);
        if (array.Success)
        {
            var length = array.Groups[1].Value;
            var element = Read(type[..array.Index], declared[..declared.LastIndexOf('[')], parameter);
            return new ArrayType(element, length.Length == 0 ? null : int.Parse(length, CultureInfo.InvariantCulture));
        }
        if (type == "tuple")
            return StructOf(declared, parameter);
        if (declared.StartsWith("enum ", StringComparison.Ordinal))
            return EnumOf(declared["enum ".Length..]);
        return Plain(type);
    }

    private StructType StructOf(string declared, JsonElement parameter)
    {
        if (!declared.StartsWith("struct ", StringComparison.Ordinal))
            throw new BindingsException($"A tuple has no struct name ({declared}): compile with internal types in the ABI.");
        var fields = parameter.GetProperty("components").EnumerateArray()
            .Select(c => (c.GetProperty("name").GetString()!, Read(c))).ToList();
        var (container, name) = Place(declared["struct ".Length..]);
        var definition = new StructDefinition(container, name, fields);
        _structs.TryAdd($"{container}.{name}", definition);
        return new StructType($"({string.Join(',', fields.Select(f => f.Item2.Canonical))})", Qualified(container, name), definition);
    }

    private PlainType EnumOf(string declared)
    {
        var (container, name) = Place(declared);
        var csharp = Qualified(container, name);
        _enums.TryAdd($"{container}.{name}", new EnumDefinition(container, name, enums.MembersOf(declared)));
        return new PlainType("uint8", csharp, false, "w.Uint((byte){0}, 8)", "UInt8()", csharp);
    }

    /// <summary>A declaration in an interface belongs to the class that stands for the contract.</summary>
    private (string Container, string Name) Place(string declared)
    {
        var dot = declared.LastIndexOf('.');
        if (dot < 0)
            return ("", declared);
        var container = declared[..dot];
        var isInterface = container.Length > 1 && container[0] == 'I' && char.IsUpper(container[1]);
        return (isInterface && classes.Contains(container[1..]) ? container[1..] : container, declared[(dot + 1)..]);
    }

    private static string Qualified(string container, string name) => container.Length == 0 ? name : $"{container}.{name}";

    private static PlainType Plain(string type)
    {
        var number = Number().Match(type);
        var size = number.Success ? int.Parse(number.Groups[2].Value, CultureInfo.InvariantCulture) : 0;
        return (number.Groups[1].Value, size) switch
        {
            ("uint", _) => Integer(type, size, "Uint", size switch
            {
                <= 8 => "byte",
                <= 16 => "ushort",
                <= 32 => "uint",
                <= 64 => "ulong",
                <= 128 => "UInt128",
                _ => "Uint256",
            }, size switch
            {
                <= 8 => "UInt8()",
                <= 16 => "UInt16(16)",
                <= 32 => $"UInt32({size})",
                <= 64 => $"UInt64({size})",
                <= 128 => $"UInt128({size})",
                _ => $"Uint({size})",
            }),
            ("int", _) => Integer(type, size, "Int", size switch
            {
                <= 8 => "sbyte",
                <= 16 => "short",
                <= 32 => "int",
                <= 64 => "long",
                <= 128 => "Int128",
                _ => "Int256",
            }, size switch
            {
                <= 8 => "Int8()",
                <= 16 => "Int16(16)",
                <= 32 => $"Int32({size})",
                <= 64 => $"Int64({size})",
                <= 128 => $"Int128({size})",
                _ => $"Int({size})",
            }),
            ("bytes", 32) => new PlainType(type, "Hash32", false, "w.Hash32({0})", "Hash32()"),
            ("bytes", _) => new PlainType(type, "ReadOnlyMemory<byte>", false, $"w.FixedBytes({{0}}.Span, {size})", $"FixedBytes({size})",
                "ReadOnlyMemory<byte>"),
            _ => type switch
            {
                "bool" => new PlainType(type, "bool", false, "w.Bool({0})", "Bool()"),
                "address" => new PlainType(type, "Address", false, "w.Address({0})", "Address()"),
                "bytes" => new PlainType(type, "ReadOnlyMemory<byte>", true, "w.Bytes({0}.Span)", "Bytes()", "ReadOnlyMemory<byte>"),
                "string" => new PlainType(type, "string", true, "w.String({0})", "String()"),
                _ => throw new BindingsException($"The type {type} is not supported in bindings."),
            },
        };
    }

    private static PlainType Integer(string type, int bits, string write, string csharp, string read) =>
        new(type, csharp, false, $"w.{write}({{0}}, {bits})", read);

    [GeneratedRegex(@"\[(\d*)\]$")]
    private static partial Regex ArraySuffix();

    [GeneratedRegex(@"^(uint|int|bytes)(\d+)$")]
    private static partial Regex Number();
}
