namespace DataBright.Bindings;

/// <summary>Writes what belongs to no single contract: errors, types of libraries, and access to the files beside the code.</summary>
internal static class SharedWriter
{
    public static string Errors(IReadOnlyList<Artifact> artifacts, TypeTable types, string targetNamespace)
    {
        var errors = artifacts
            .SelectMany(a => a.Abi.EnumerateArray().Where(e => e.GetProperty("type").GetString() == "error")
                .Select(e => (Contract: a, Name: e.GetProperty("name").GetString()!, Inputs: Parameters.Read(e, "inputs", types))))
            .GroupBy(e => e.Name + e.Inputs.Canonical).OrderBy(g => g.Key, StringComparer.Ordinal).ToList();
        var sharedNames = errors.GroupBy(g => g.First().Name).Where(g => g.Count() > 1).Select(g => g.Key).ToHashSet();
        string ClassOf(IGrouping<string, (Artifact Contract, string Name, Parameters Inputs)> error) =>
            sharedNames.Contains(error.First().Name) ? error.First().Contract.Word + error.First().Name : error.First().Name;

        var code = new Code(targetNamespace);
        code.Summary(null, "Every custom error of the contracts, one record for each signature whichever contracts declare it.");
        code.Open("public static class Errors");
        code.Summary(null, "How each error is recognised, in the order of the signatures.");
        code.Line("public static IReadOnlyList<ErrorDefinition> All { get; } =");
        code.Line("[");
        foreach (var error in errors)
        {
            var contracts = string.Join(", ", error.Select(e => $"\"{e.Contract.Word}\"").Distinct());
            code.Line($"    new(\"{error.Key}\", [{contracts}], static data => {ClassOf(error)}.Read(new AbiReader(data))),");
        }
        code.Line("];");
        code.Line();
        code.Summary(null, "For a client that should name these errors.");
        code.Line("public static ErrorTable Table { get; } = new(All);");
        foreach (var error in errors)
            RecordWriter.Error(code, ClassOf(error), error.Key, error.First().Inputs,
                error.Select(e => e.Contract.Notices.GetValueOrDefault(error.Key)).FirstOrDefault(n => n is not null));
        code.Close();
        return code.ToString();
    }

    /// <summary>
    /// The names of all custom errors, as an enum in the namespace above: what a program speaks of when a contract refuses.
    /// </summary>
    public static string Rules(IReadOnlyList<Artifact> artifacts, string targetNamespace)
    {
        var names = artifacts
            .SelectMany(a => a.Abi.EnumerateArray().Where(e => e.GetProperty("type").GetString() == "error")
                .Select(e => e.GetProperty("name").GetString()!))
            .Distinct().Order(StringComparer.Ordinal);
        var code = new Code(targetNamespace[..targetNamespace.LastIndexOf('.')], needsClient: false);
        code.Summary(null, "The rules of the contracts. Each is one custom error, by the same name.");
        code.Open("public enum Rule");
        foreach (var name in names)
            code.Line($"{name},");
        code.Close();
        return code.ToString();
    }

    /// <summary>Classes for structs and enums that libraries, or files themselves, declare; by class name.</summary>
    public static IEnumerable<(string Name, string Code)> Containers(TypeTable types, IReadOnlySet<string> classes, string targetNamespace)
    {
        var containers = types.Structs.Select(s => s.Container).Concat(types.Enums.Select(e => e.Container))
            .Where(c => !classes.Contains(c)).Distinct().Order(StringComparer.Ordinal).ToList();
        foreach (var container in containers)
        {
            var code = new Code(targetNamespace);
            if (container.Length > 0)
            {
                code.Summary(null, $"Types of {container}.");
                code.Open($"public static class {container}");
            }
            foreach (var definition in types.Enums.Where(e => e.Container == container))
                RecordWriter.Enum(code, definition);
            foreach (var definition in types.Structs.Where(s => s.Container == container))
                RecordWriter.Struct(code, definition);
            if (container.Length > 0)
                code.Close();
            yield return (container.Length > 0 ? container : "Types", code.ToString());
        }
    }

    public static string Files(string targetNamespace)
    {
        var code = new Code(targetNamespace, needsClient: false);
        code.Line("using System.Collections.Concurrent;");
        code.Line("using System.IO;");
        code.Line();
        code.Summary(null, "The ABI and bytecode files that are embedded in the assembly.");
        code.Open("internal static class ContractFiles");
        code.Line("private static readonly ConcurrentDictionary<string, byte[]> _bytes = new();");
        code.Line();
        code.Line(
            "public static ReadOnlyMemory<byte> Bytes(string name) => _bytes.GetOrAdd(name, static n => "
            + "Convert.FromHexString(Text(n).Trim()));");
        code.Line();
        code.Open("public static string Text(string name)");
        code.Line($"using var stream = typeof(ContractFiles).Assembly.GetManifestResourceStream(\"{targetNamespace}.\" + name)");
        code.Line(
            "    ?? throw new FileNotFoundException($\"{name} is not embedded: build the project with Generated/*.hex and "
            + "Generated/*.abi.json as embedded resources.\");");
        code.Line("using var reader = new StreamReader(stream);");
        code.Line("return reader.ReadToEnd();");
        code.Close();
        code.Close();
        return code.ToString();
    }
}
