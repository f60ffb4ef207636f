using Mono.Cecil;

namespace DataBright.Architecture.Folders;

/// <summary>Inside a project, too, references point one way: no folder uses another that uses it, directly or through others.</summary>
public sealed class FolderCircleTests
{
    public static TheoryData<string> Projects => [.. RepositoryFiles.OnDisk.Paths
        .Where(path => path.StartsWith("src/", StringComparison.Ordinal) && path.EndsWith(".csproj", StringComparison.Ordinal))
        .Select(path => Path.GetFileNameWithoutExtension(path))];

    [Theory]
    [MemberData(nameof(Projects))]
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
