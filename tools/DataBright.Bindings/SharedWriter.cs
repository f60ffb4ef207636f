namespace DataBright.Bindings;

/// <summary>Writes what belongs to no single contract: types of libraries, and access to the files beside the code.</summary>
internal static class SharedWriter
{
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
