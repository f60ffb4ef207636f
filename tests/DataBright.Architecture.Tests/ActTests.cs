using Mono.Cecil;

namespace DataBright.Architecture;

/// <summary>
/// What changes the ledger is said once: the acts of a market word build the calls of its contract, and whoever sends, prepares, carries
/// or tries them out takes them from there.
/// </summary>
public sealed class ActTests
{
    private const string Market = "DataBright.Market", Bindings = "DataBright.Market.Generated", Call = "DataBright.Ethereum.ContractCall",
        Library = "DataBright.Ethereum";

    /// <summary>It tells who counts gas of a contract that was created; nothing sends it.</summary>
    private const string Told = "DataBright.Market.Signer";

    [Fact]
    public void Only_the_acts_of_a_word_build_a_call_that_changes_the_ledger()
    {
        var built = Product().SelectMany(Built).ToList();
        built.Where(one => !one.IsAct).Select(one => $"{one.By} builds {one.Call}").Distinct().ShouldBeEmpty("take the act of the word");
        built.Where(one => one.IsAct).Select(one => one.By).Distinct().Count().ShouldBeGreaterThan(9);
    }

    /// <summary>The compiled projects of the product.</summary>
    private static IEnumerable<string> Product() =>
        Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src")).Select(Path.GetFileName)
            .Select(name => Path.Combine(AppContext.BaseDirectory, name == "DataBright.Cli" ? "databright.dll" : name + ".dll"));

    private static List<(string By, string Call, bool IsAct)> Built(string path)
    {
        using var module = ModuleDefinition.ReadModule(path);
        if (module.Assembly.Name.Name == Library) return [];
        return [.. module.GetTypes().Where(type => Outermost(type).Namespace != Bindings)
            .SelectMany(type => type.Methods.Where(method => method.HasBody), (type, method) => (type, method))
            .Where(one => Outermost(one.type).FullName != Told)
            .SelectMany(one => one.method.Body.Instructions.Select(step => step.Operand).OfType<MethodReference>().Where(Builds)
                .Select(called => Of(Outermost(one.type), called)))];
    }

    /// <summary>By a binding, or by hand.</summary>
    private static bool Builds(MethodReference called) => called.Name == ".ctor"
        ? called.DeclaringType.FullName == Call
        : called.DeclaringType.Namespace == Bindings && called.ReturnType.FullName == Call;

    private static (string By, string Call, bool IsAct) Of(TypeDefinition by, MethodReference called) => (
        by.FullName, $"{called.DeclaringType.Name}.{called.Name}",
        by.Module.Assembly.Name.Name == Market && by.Name.EndsWith("Acts", StringComparison.Ordinal));

    private static TypeDefinition Outermost(TypeDefinition type) =>
        type.DeclaringType is { } outer ? Outermost(outer) : type;
}
