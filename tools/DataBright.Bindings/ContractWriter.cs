using System.Text.Json;
using DataBright.Ethereum;

namespace DataBright.Bindings;

/// <summary>Writes the class of one contract.</summary>
internal sealed class ContractWriter
{
    private readonly Artifact _artifact;
    private readonly string _name;
    private readonly TypeTable _types;
    private readonly string _namespace;
    private readonly List<(JsonElement Json, Parameters Inputs, Parameters Outputs)> _functions;
    private readonly List<(JsonElement Json, Parameters Inputs)> _events;
    private readonly Parameters? _constructor;

    public ContractWriter(Artifact artifact, TypeTable types, string targetNamespace)
    {
        (_artifact, _name, _types, _namespace) = (artifact, artifact.Word, types, targetNamespace);
        _functions = [.. Entries("function").Select(f => (f, Parameters.Read(f, "inputs", types), Parameters.Read(f, "outputs", types)))
            .OrderBy(f => f.f.GetProperty("name").GetString(), StringComparer.Ordinal)
            .ThenBy(f => f.Item2.Canonical, StringComparer.Ordinal)];
        _events = [.. Entries("event").Select(e => (e, Parameters.Read(e, "inputs", types)))
            .OrderBy(e => e.e.GetProperty("name").GetString(), StringComparer.Ordinal)
            .ThenBy(e => e.Item2.Canonical, StringComparer.Ordinal)];
        _constructor = artifact.IsInterface
            ? null : Entries("constructor").Select(c => Parameters.Read(c, "inputs", types)).FirstOrDefault() ?? new Parameters([]);
    }

    /// <summary>Called when every contract's types are known.</summary>
    public string Write()
    {
        var code = new Code(_namespace);
        code.Summary(null, $"Calls, events and types of the contract {_name} ({_artifact.SourceFile}).");
        code.Open($"public static class {_name}");
        code.Summary(null, "The ABI as JSON.");
        code.Line($"public static string Abi => ContractFiles.Text(\"{_name}.abi.json\");");
        FunctionNames(code);
        if (_constructor is not null)
            Deploy(code, _constructor);
        Functions(code);
        foreach (var definition in _types.Enums.Where(e => e.Container == _name))
            RecordWriter.Enum(code, definition);
        foreach (var definition in _types.Structs.Where(s => s.Container == _name))
            RecordWriter.Struct(code, definition);
        Events(code);
        code.Close();
        return code.ToString();
    }

    private IEnumerable<JsonElement> Entries(string type) =>
        _artifact.Abi.EnumerateArray().Where(e => e.GetProperty("type").GetString() == type);

    private void FunctionNames(Code code)
    {
        if (_functions.Count == 0)
            return;
        code.Line();
        code.Summary(null, "The functions' names by what their calldata begins with.");
        code.Open("public static IReadOnlyDictionary<Selector, string> FunctionNames { get; } = new Dictionary<Selector, string>");
        foreach (var (json, inputs, _) in _functions)
        {
            var name = json.GetProperty("name").GetString()!;
            code.Line($"[new Selector(0x{Selector.Of(name + inputs.Canonical).Value:x8})] = \"{name}\",");
        }
        code.Close("};");
    }

    private void Deploy(Code code, Parameters inputs)
    {
        var named = inputs.Named();
        code.Line();
        code.Summary(null, "The creation code without arguments.");
        code.Line($"public static ReadOnlyMemory<byte> Bytecode => ContractFiles.Bytes(\"{_name}.hex\");");
        code.Line();
        code.Summary(_artifact.Notices.GetValueOrDefault("constructor"), "The creation code with its arguments, ready to be sent.");
        code.Open($"public static byte[] Deploy({string.Join(", ", named.Select(p => $"{p.Type.CSharp} {p.Name}"))})");
        code.Line($"var w = new AbiWriter(Bytecode.Span, {inputs.HeadWords});");
        foreach (var (name, type) in named)
            code.Line($"{type.Write(name)};");
        code.Line("return w.ToArray();");
        code.Close();
    }

    private void Functions(Code code)
    {
        var nested = _types.Enums.Where(e => e.Container == _name).Select(e => e.Name)
            .Concat(_types.Structs.Where(s => s.Container == _name).Select(s => s.Name)).ToHashSet();
        nested.UnionWith([_name, "Abi", "Bytecode", "Deploy", "Events", "FunctionNames", "ToString", "Equals", "GetHashCode", "GetType",
            "MemberwiseClone", "ReferenceEquals"]);
        var signatures = new HashSet<string>();
        foreach (var (json, inputs, outputs) in _functions)
        {
            // What only checks and gives nothing back is a call to simulate or to send.
            var isView = json.GetProperty("stateMutability").GetString() is "view" or "pure" && outputs.Items.Count > 0;
            var method = Naming.Pascal(json.GetProperty("name").GetString()!);
            // A type of that name stands in the class already: proposal(id) beside the struct Proposal.
            if (nested.Contains(method))
                method = isView ? $"Get{method}" : $"{method}Call";
            while (!signatures.Add($"{method}({string.Join(',', inputs.Items.Select(p => p.Type.CSharp))})"))
                method += "_";
            Function(code, json, method, isView, inputs, outputs);
        }
    }

    private void Function(Code code, JsonElement json, string method, bool isView, Parameters inputs, Parameters outputs)
    {
        var solidityName = json.GetProperty("name").GetString()!;
        var signature = solidityName + inputs.Canonical;
        var isPayable = json.GetProperty("stateMutability").GetString() == "payable";
        var result = isView ? Result(outputs) : null;
        var named = inputs.Named();
        var list = named.Select(p => $"{p.Type.CSharp} {p.Name}").Prepend("Address at").Concat(isPayable ? ["Uint256 wei = default"] : []);

        code.Line();
        code.Summary(_artifact.Notices.GetValueOrDefault(signature), $"{_name}.{signature}");
        code.Open($"public static {(isView ? $"ContractCall<{result}>" : "ContractCall")} {method}({string.Join(", ", list)})");
        code.Line($"var w = new AbiWriter(new Selector(0x{Selector.Of(signature).Value:x8}), {inputs.HeadWords});");
        foreach (var (name, type) in named)
            code.Line($"{type.Write(name)};");
        code.Line(isView
            ? $"return new ContractCall<{result}>(at, w.ToArray(), static data => Decode(new AbiReader(data))) {{ Function = "
                + $"\"{_name}.{solidityName}\" }};"
            : $"return new ContractCall(at, w.ToArray(){(isPayable ? ", wei" : "")}) {{ Function = \"{_name}.{solidityName}\" }};");
        if (isView)
        {
            code.Line();
            var reads = outputs.Items.Select(p => p.Type.Read()).ToList();
            code.Line($"static {result} Decode(AbiReader r) => {(reads.Count == 1 ? reads[0] : $"({string.Join(", ", reads)})")};");
        }
        code.Close();
    }

    private static string Result(Parameters outputs) => outputs.Items.Count switch
    {
        1 => outputs.Items[0].Type.CSharp,
        _ =>
            $"({string.Join(", ",
                outputs.Items.Select((p, i) => $"{p.Type.CSharp} {(p.Name.Length == 0 ? $"Item{i + 1}" : Naming.Pascal(p.Name))}"))})",
    };

    private void Events(Code code)
    {
        if (_events.Count == 0)
            return;
        var overloaded = _events.GroupBy(e => e.Json.GetProperty("name").GetString()!).ToDictionary(g => g.Key, g => g.Count());
        var names = new List<(string Class, JsonElement Json, Parameters Inputs)>();
        foreach (var (json, inputs) in _events.Where(e => !e.Json.GetProperty("anonymous").GetBoolean()))
        {
            var name = json.GetProperty("name").GetString()!;
            names.Add((overloaded[name] == 1 ? name : $"{name}{names.Count(n => n.Json.GetProperty("name").GetString() == name) + 1}",
                json, inputs));
        }
        code.Line();
        code.Summary(null, $"What {_name} logs.");
        code.Open("public static class Events");
        code.Summary(null, "Decodes a log; null where it is none of these events.");
        code.Line("/// <exception cref=\"AbiException\">The log is malformed.</exception>");
        code.Line("public static IContractEvent? Find(Log log) =>");
        foreach (var (name, _, _) in names)
            code.Line($"    {name}.Matches(log) ? {name}.Decode(log) :");
        code.Line("    null;");
        foreach (var (name, json, inputs) in names)
            RecordWriter.Event(code, name, json.GetProperty("name").GetString()!, inputs,
                _artifact.Notices.GetValueOrDefault(json.GetProperty("name").GetString()! + inputs.Canonical));
        code.Close();
    }
}
