using DataBright.Ethereum;

namespace DataBright.Bindings;

/// <summary>Writes structs, enums, events and errors as C#.</summary>
internal static class RecordWriter
{
    public static void Enum(Code code, EnumDefinition definition)
    {
        code.Line();
        code.Summary(null, $"{definition.Container} {definition.Name}, as numbers on the chain.");
        code.Open($"public enum {definition.Name} : byte");
        foreach (var member in definition.Members)
            code.Line($"{member},");
        code.Close();
    }

    public static void Struct(Code code, StructDefinition definition)
    {
        var properties = Naming.Properties(definition.Name, definition.Fields.Select(f => f.Name));
        code.Line();
        code.Summary(null, $"The struct {definition.Name}.");
        code.Open($"public sealed record {definition.Name}({List(definition.Fields.Zip(properties, (f, p) => $"{f.Type.CSharp} {p}"))})");
        code.Open("internal void Write(AbiWriter w)");
        foreach (var (field, property) in definition.Fields.Zip(properties))
            code.Line($"{field.Type.Write(property)};");
        code.Close();
        code.Line();
        code.Line($"internal static {definition.Name} Read(AbiReader r) => new({List(definition.Fields.Select(f => f.Type.Read()))});");
        code.Close();
    }

    public static void Event(Code code, string name, string canonicalName, Parameters parameters, string? notice)
    {
        var properties = Naming.Properties(name, parameters.Items.Select(p => p.Name));
        var signature = canonicalName + parameters.Canonical;
        var indexed = parameters.Items.Count(p => p.IsIndexed);
        code.Line();
        code.Summary(notice, $"The event {signature}.");
        code.Open(
            $"public sealed record {name}({List(parameters.Items.Zip(properties, (p, n) => $"{EventType(p)} {n}"))}) : IContractEvent");
        code.Summary(null, "The first topic of every such event.");
        code.Line($"public static Hash32 Topic {{ get; }} = Hash32.Parse(\"{Keccak.HashText(signature)}\");");
        code.Line();
        code.Summary(null, "Whether a log is such an event.");
        code.Line($"public static bool Matches(Log log) => log.Topics.Count == {indexed + 1} && log.Topics[0] == Topic;");
        code.Line();
        code.Summary(null, "Decodes a log.");
        code.Line("/// <exception cref=\"AbiException\">The log is another event, or malformed.</exception>");
        code.Open($"public static {name} Decode(Log log)");
        code.Line($"if (!Matches(log)) throw new AbiException(\"The log is no {signature}.\");");
        if (indexed < parameters.Items.Count)
            code.Line("var r = new AbiReader(log.Data);");
        var topic = 0;
        code.Line($"return new({List(parameters.Items.Select(p => p.IsIndexed ? Indexed(p.Type, ++topic) : p.Type.Read()))});");
        code.Close();
        code.Close();
    }

    public static void Error(Code code, string name, string signature, Parameters parameters, string? notice)
    {
        var properties = Naming.Properties(name, parameters.Items.Select(p => p.Name));
        var solidityName = signature[..signature.IndexOf('(', StringComparison.Ordinal)];
        code.Line();
        code.Summary(notice, $"The custom error {signature}.");
        code.Open(
            $"public sealed record {name}({List(parameters.Items.Zip(properties, (p, n) => $"{p.Type.CSharp} {n}"))}) : IContractError");
        code.Line($"string IContractError.Name => \"{solidityName}\";");
        code.Line();
        code.Line("IReadOnlyList<KeyValuePair<string, object>> IContractError.Arguments =>");
        code.Line($"    [{List(parameters.Items.Zip(properties, (p, n) => $"new(\"{p.Name}\", {n})"))}];");
        code.Line();
        code.Summary(null, "Reads the arguments, which follow the selector.");
        code.Open($"public static {name} Read(AbiReader r)");
        code.Line($"return new({List(parameters.Items.Select(p => p.Type.Read()))});");
        code.Close();
        code.Close();
    }

    private static string EventType(Parameter parameter) =>
        parameter.IsIndexed && IsHashed(parameter.Type) ? "Hash32" : parameter.Type.CSharp;

    private static string Indexed(SolidityType type, int topic) => IsHashed(type)
        ? $"log.Topics[{topic}]"
        : type.Read($"log.Indexed({topic})");

    // Of what does not fit one word a topic holds only the hash.
    private static bool IsHashed(SolidityType type) => type is not PlainType || type.IsDynamic;

    private static string List(IEnumerable<string> parts) => string.Join(", ", parts);
}
