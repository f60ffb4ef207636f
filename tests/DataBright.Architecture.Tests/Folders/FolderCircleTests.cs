using Mono.Cecil;

namespace DataBright.Architecture.Folders;

/// <summary>Inside a project, too, references point one way: no folder uses another that uses it, directly or through others.</summary>
public sealed class FolderCircleTests
{
    [Theory]
    [InlineData("DataBright.Ethereum")]
    [InlineData("DataBright.Learning")]
    [InlineData("DataBright.Node")]
    [InlineData("DataBright.Primitives")]
    [InlineData("DataBright.Storage")]
    [InlineData("DataBright.Compute")]
    [InlineData("DataBright.Serving")]
    [InlineData("DataBright.Services")]
    [InlineData("DataBright.Terminal")]
    [InlineData("DataBright.Demo")]
    [InlineData("DataBright.Benches")]
    [InlineData("DataBright.Cli")]
    [InlineData("DataBright.Market")]
    public void Folders_of_a_project_make_no_circle(string project)
    {
        var graph = Read(project);
        graph.Knots().Select(knot => $"{knot.Count} folders use each other: {string.Join(", ", knot)}\n{graph.Ties(knot)}").ShouldBeEmpty();
    }

    private static FolderGraph Read(string project)
    {
        var name = project == "DataBright.Cli" ? "databright" : project;
        using var module = ModuleDefinition.ReadModule(Path.Combine(AppContext.BaseDirectory, name + ".dll"));
        return FolderGraph.Of(project, module);
    }
}
