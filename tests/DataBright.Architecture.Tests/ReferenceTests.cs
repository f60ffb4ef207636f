using System.Xml.Linq;

namespace DataBright.Architecture;

/// <summary>
/// Project references point one way: Primitives ← Ethereum ← Storage ← Market; Learning, Market ← Compute, Serving; Market ← Services;
/// Compute, Serving, Services ← Node ← Terminal ← Demo ← Benches ← Cli.
/// </summary>
public sealed class ReferenceTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["DataBright.Primitives"] = [],
        ["DataBright.Ethereum"] = ["DataBright.Primitives"],
        ["DataBright.Learning"] = ["DataBright.Primitives"],
        ["DataBright.Storage"] = ["DataBright.Ethereum"],
        ["DataBright.Market"] = ["DataBright.Ethereum", "DataBright.Storage"],
        ["DataBright.Compute"] = ["DataBright.Learning", "DataBright.Market"],
        ["DataBright.Serving"] = ["DataBright.Learning", "DataBright.Market"],
        ["DataBright.Services"] = ["DataBright.Market"],
        ["DataBright.Node"] = ["DataBright.Compute", "DataBright.Serving", "DataBright.Services"],
        ["DataBright.Terminal"] = ["DataBright.Node"],
        ["DataBright.Demo"] = ["DataBright.Terminal"],
        ["DataBright.Benches"] = ["DataBright.Demo"],
        ["DataBright.Cli"] = ["DataBright.Demo", "DataBright.Benches"],
    };

    [Fact]
    public void Every_project_in_src_references_only_what_is_below_it()
    {
        var projects = Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories);
        projects.Select(Path.GetFileNameWithoutExtension).ShouldBe(Allowed.Keys, ignoreOrder: true);

        foreach (var project in projects)
        {
            var references = XDocument.Load(project).Descendants("ProjectReference")
                .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')));
            references.ShouldBe(Allowed[Path.GetFileNameWithoutExtension(project)], ignoreOrder: true, customMessage: project);
        }
    }
}
