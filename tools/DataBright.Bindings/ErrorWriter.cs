using System.Text.Json;

namespace DataBright.Bindings;

/// <summary>
/// Writes the custom errors, each once however many contracts revert with it: in the files of the contract that declares it, so that a
/// new contract leaves the others' files as they are.
/// </summary>
internal sealed class ErrorWriter
{
    private readonly string _namespace;
    private readonly ILookup<string, Declared> _declared;
    private readonly HashSet<string> _namesOfMany;

    public ErrorWriter(IReadOnlyList<Artifact> artifacts, TypeTable types, ErrorSources sources, string targetNamespace)
    {
        _namespace = targetNamespace;
        var words = artifacts.Select(artifact => artifact.Word).ToHashSet();
        var errors = artifacts
            .SelectMany(artifact => Errors(artifact).Select(error => (Artifact: artifact, Error: error)))
            .GroupBy(found => Signature(found.Error, types))
            .Select(group => new Declared(
                sources.Declaring(Name(group.First().Error), words), Name(group.First().Error), group.Key,
                Parameters.Read(group.First().Error, "inputs", types),
                group.Select(found => found.Artifact.Notices.GetValueOrDefault(group.Key)).FirstOrDefault(notice => notice is not null)))
            .OrderBy(error => error.Signature, StringComparer.Ordinal).ToList();
        _declared = errors.ToLookup(error => error.Contract);
        _namesOfMany = errors.GroupBy(error => error.Name).Where(group => group.Count() > 1).Select(group => group.Key).ToHashSet();
    }

    /// <summary>
    /// Files by name: what goes over all errors, with those that no contract here declares, and the files of each contract.
    /// </summary>
    public IEnumerable<(string Name, string Code)> Files()
    {
        yield return ("Errors.g.cs", Table());
        yield return ("Rule.g.cs", Rule());
        foreach (var contract in _declared.Where(group => group.Key.Length > 0))
        {
            yield return ($"{contract.Key}.Errors.g.cs", ErrorsOf(contract.Key));
            yield return ($"{contract.Key}.Rules.g.cs", RulesOf(contract.Key));
        }
    }

    private string Table()
    {
        var code = new Code(_namespace, needsLinq: true);
        code.Summary(null, "Every custom error of the contracts, one record for each signature whichever contracts revert with it.");
        code.Open("public static partial class Errors");
        code.Line("// Without initialisers: the parts of the contracts enter theirs in no order, and before one here may have run.");
        code.Line("private static List<ErrorDefinition>? _all;");
        code.Line("private static ErrorTable? _table;");
        code.Line();
        code.Summary(null, "How each error is recognised, in the order of the signatures.");
        code.Line(
            "public static IReadOnlyList<ErrorDefinition> All => "
            + "[.. (_all ?? []).OrderBy(static error => error.Signature, StringComparer.Ordinal)];");
        code.Line();
        code.Summary(null, "For a client that should name these errors.");
        code.Line("public static ErrorTable Table => _table ??= new(All);");
        code.Line();
        code.Open("private static bool Enter(params ErrorDefinition[] errors)");
        code.Line("(_all ??= []).AddRange(errors);");
        code.Line("return true;");
        code.Close();
        Entered(code, "");
        code.Close();
        return code.ToString();
    }

    private string ErrorsOf(string contract)
    {
        var code = new Code(_namespace);
        code.Line($"// The errors that {contract} declares.");
        code.Open("public static partial class Errors");
        Entered(code, contract);
        code.Close();
        return code.ToString();
    }

    private void Entered(Code code, string contract)
    {
        var errors = _declared[contract].ToList();
        if (errors.Count == 0) return;
        if (contract.Length == 0) code.Line();
        code.Line($"private static readonly bool _of{(contract.Length == 0 ? "Others" : contract)} = Enter(");
        foreach (var error in errors)
            code.Line($"    new(\"{error.Signature}\", static data => {ClassOf(error)}.Read(new AbiReader(data)))"
                + (error == errors[^1] ? ");" : ","));
        foreach (var error in errors)
            RecordWriter.Error(code, ClassOf(error), error.Signature, error.Inputs, error.Notice);
    }

    /// <summary>The names of all errors in the namespace above: what a program speaks of when a contract refuses.</summary>
    private string Rule()
    {
        var code = Rules(needsLinq: true);
        code.Summary(null, "A rule of the contracts. It is one custom error, by the same name.");
        code.Open("public sealed partial record Rule");
        code.Line("private Rule(string name) => Name = name;");
        code.Line();
        code.Line("public string Name { get; }");
        code.Line();
        code.Summary(null, "In the order of their names.");
        code.Line("public static IReadOnlyList<Rule> All { get; } =");
        var errors = $"{_namespace[(_namespace.LastIndexOf('.') + 1)..]}.Errors";
        code.Line($"    [.. {errors}.All.Select(static error => new Rule(error.Name)).Distinct()");
        code.Line("        .OrderBy(static rule => rule.Name, StringComparer.Ordinal)];");
        code.Line();
        code.Summary(null, "The rule of a name; null where there is none.");
        code.Line("public static Rule? Find(string name) => All.FirstOrDefault(rule => rule.Name == name);");
        code.Line();
        code.Line("public override string ToString() => Name;");
        if (_declared[""].Any()) code.Line();
        Named(code, "");
        code.Close();
        return code.ToString();
    }

    private string RulesOf(string contract)
    {
        var code = Rules();
        code.Line($"// The errors that {contract} declares.");
        code.Open("public sealed partial record Rule");
        Named(code, contract);
        code.Close();
        return code.ToString();
    }

    private void Named(Code code, string contract)
    {
        foreach (var name in _declared[contract].Select(error => error.Name).Distinct())
            code.Line($"public static Rule {name} {{ get; }} = new(\"{name}\");");
    }

    private Code Rules(bool needsLinq = false) =>
        new(_namespace[.._namespace.LastIndexOf('.')], needsClient: false, needsLinq);

    private string ClassOf(Declared error) =>
        _namesOfMany.Contains(error.Name) && error.Contract.Length > 0 ? error.Contract + error.Name : error.Name;

    private static IEnumerable<JsonElement> Errors(Artifact artifact) =>
        artifact.Abi.EnumerateArray().Where(entry => entry.GetProperty("type").GetString() == "error");

    private static string Name(JsonElement error) => error.GetProperty("name").GetString()!;

    private static string Signature(JsonElement error, TypeTable types) =>
        Name(error) + Parameters.Read(error, "inputs", types).Canonical;

    /// <param name="Contract">The contract that declares it; nothing for a library's.</param>
    /// <param name="Name">Its name in Solidity.</param>
    /// <param name="Signature">Its name and types.</param>
    /// <param name="Inputs">Its arguments.</param>
    /// <param name="Notice">What its source says of it.</param>
    private sealed record Declared(string Contract, string Name, string Signature, Parameters Inputs, string? Notice);
}
