using DataBright.Architecture.Folders;
using Mono.Cecil;

namespace DataBright.Architecture.Reachability;

/// <summary>
/// Every type of the product is named, through however many others, by the program's entry point or by a page that has a route. What
/// nothing reaches gets a command or a page, or goes.
/// </summary>
public sealed class ProgramTests
{
    private const string Program = "databright";

    /// <summary>What nothing reaches and yet stays: a type, or the namespace of several with an asterisk, and why.</summary>
    private static readonly (string Of, string Why)[] Stays =
    [
        ("DataBright.Learning.Aggregation.*", "Rules of aggregation wait for the rounds of projects, which choose one by its name."),
        ("DataBright.Learning.Valuation.BanzhafEstimate", "Contributions to a round wait for the rounds of projects."),
        ("DataBright.Learning.Valuation.Coalition", "The same: who takes part in a round."),
        ("DataBright.Learning.Valuation.CosineContribution", "The same: contributions as a contract computes them."),
        ("DataBright.Learning.Valuation.ExactValues", "The same: what estimates are held against."),
        ("DataBright.Learning.Valuation.Game", "The same: the utility of every coalition."),
        ("DataBright.Learning.Valuation.GuidedShapley*", "The same: Shapley values of a round by sampling."),
        ("DataBright.Learning.Valuation.LeaveOneOut", "The same: the simplest contribution of all."),
        ("DataBright.Learning.Valuation.RoundUtility", "The same: the accuracy of a coalition's aggregate."),
        ("DataBright.Compute.Scheduler.Stores.MemorySchedulerStore",
            "The store's behaviour without a disk: tests of the scheduler kill and stutter it."),
    ];

    private static readonly Lazy<List<string>> Unreached = new(FindUnreached);

    [Fact]
    public void Every_type_is_reached_by_the_program_or_a_page() =>
        Unreached.Value.Where(name => !Stays.Any(stay => Matches(name, stay.Of)))
            .ShouldBeEmpty("give it a command, a page or a route, or remove it");

    [Fact]
    public void What_stays_unreached_is_unreached_and_says_why()
    {
        Stays.Where(stay => !Unreached.Value.Any(name => Matches(name, stay.Of))).Select(stay => stay.Of)
            .ShouldBeEmpty("it is reached: take the row out");
        Stays.ShouldAllBe(stay => stay.Why.Length > 20);
    }

    private static bool Matches(string name, string of) =>
        of.EndsWith('*') ? name.StartsWith(of[..^1], StringComparison.Ordinal) : name == of;

    private static List<string> FindUnreached()
    {
        var modules =
            Assemblies().Select(name => ModuleDefinition.ReadModule(Path.Combine(AppContext.BaseDirectory, name + ".dll"))).ToList();
        var types = modules.SelectMany(module => module.Types).Where(IsOurs).ToDictionary(type => type.FullName, StringComparer.Ordinal);
        var entry = modules.Single(module => module.Assembly.Name.Name == Program).EntryPoint.DeclaringType;
        var reached = Reach(types, types.Values.Where(HasRoute).Prepend(entry));
        reached.Count.ShouldBeGreaterThan(1000, "most of it is reached");
        return [.. types.Values.Where(type => !reached.Contains(type) && IsWritten(type)).Select(type => type.FullName)
            .Order(StringComparer.Ordinal)];
    }

    private static HashSet<TypeDefinition> Reach(Dictionary<string, TypeDefinition> types, IEnumerable<TypeDefinition> roots)
    {
        var reached = new HashSet<TypeDefinition>();
        var open = new Stack<TypeDefinition>(roots);
        while (open.TryPop(out var type))
            if (reached.Add(type))
                foreach (var named in References.OfWhole(type))
                    if (types.TryGetValue(Outermost(named).FullName, out var next))
                        open.Push(next);
        return reached;
    }

    /// <summary>Every project of the product, the program by the name of its assembly.</summary>
    private static IEnumerable<string> Assemblies() => RepositoryFiles.OnDisk.Paths
        .Where(path => path.StartsWith("src/", StringComparison.Ordinal) && path.EndsWith(".csproj", StringComparison.Ordinal))
        .Select(path => Path.GetFileNameWithoutExtension(path)).Select(name => name == "DataBright.Cli" ? Program : name);

    private static TypeReference Outermost(TypeReference type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    private static bool HasRoute(TypeDefinition type) =>
        type.CustomAttributes.Any(attribute => attribute.AttributeType.Name == "RouteAttribute");

    private static bool IsOurs(TypeDefinition type) => type.Namespace.StartsWith("DataBright", StringComparison.Ordinal);

    /// <summary>
    /// Whether somebody wrote the type, and it is more than constants: those are copied into their users and leave no trace.
    /// </summary>
    private static bool IsWritten(TypeDefinition type) =>
        !type.Name.StartsWith('_') && !type.Name.Contains('<')
        && !(type.IsAbstract && type.IsSealed && type.HasFields && type.Fields.All(field => field.IsLiteral) && !type.HasMethods);
}
