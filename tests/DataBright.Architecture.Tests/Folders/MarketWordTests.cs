using Mono.Cecil;

namespace DataBright.Architecture.Folders;

/// <summary>A market word is a folder that others use by what it offers; what goes over all words finds it by one list.</summary>
public sealed class MarketWordTests
{
    private const string Project = "DataBright.Market", Seam = "DataBright.Market.Words.MarketWord", List = "MarketWords";

    [Fact]
    public void A_word_uses_another_only_through_its_public_types()
    {
        using var module = Read();
        var graph = FolderGraph.Of(Project, module);
        var words = Words(graph, module);
        graph.Crossings.Where(use => words.Contains(use.From) && words.Contains(use.To) && !IsPublic(use.Used))
            .Select(use => $"{use.From}/{use.User.Name} uses {use.To}/{use.Used.Name}, which is not public").Distinct().ShouldBeEmpty();
    }

    [Fact]
    public void What_stands_below_the_words_names_none_of_them_and_the_list_names_each()
    {
        using var module = Read();
        var graph = FolderGraph.Of(Project, module);
        var words = Words(graph, module);
        graph.Crossings.Where(use => use.User.Name == List && words.Contains(use.To)).Select(use => use.To).Distinct()
            .ShouldBe(words, ignoreOrder: true);
        var below = graph.Crossings.Where(use => words.Contains(use.From) && !words.Contains(use.To)).Select(use => use.To).ToHashSet();
        graph.Crossings.Where(use => below.Contains(use.From) && words.Contains(use.To))
            .Select(use => $"{use.From}/{use.User.Name} names {use.To}/{use.Used.Name}").Distinct().ShouldBeEmpty();
    }

    private static ModuleDefinition Read() => ModuleDefinition.ReadModule(Path.Combine(AppContext.BaseDirectory, Project + ".dll"));

    private static HashSet<string> Words(FolderGraph graph, ModuleDefinition module)
    {
        var words = module.Types.Where(type => type.BaseType?.FullName == Seam).Select(type => graph.FolderOf(type)!).ToHashSet();
        words.Count.ShouldBeGreaterThan(5);
        return words;
    }

    private static bool IsPublic(TypeReference type)
    {
        var definition = type.Resolve();
        return definition.IsPublic || (definition.IsNestedPublic && IsPublic(definition.DeclaringType));
    }
}
