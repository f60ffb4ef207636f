using System.Text.RegularExpressions;

namespace DataBright.Architecture;

/// <summary>
/// One name is one thing: no two types of the product are called the same, whatever their namespaces; nor a component of pages and a type.
/// </summary>
/// <remarks>Nested types, which are called by the type around them, are not looked at.</remarks>
public sealed partial class UniqueNameTests
{
    /// <summary>A command's folder is its noun: <c>Jobs/CreateCommand</c> is <c>job create</c>.</summary>
    private static readonly string[] NamedByFolder = ["Command"];

    [Fact]
    public void No_two_types_have_one_name()
    {
        var found = Declarations().GroupBy(type => (type.Name, type.Arity))
            .Where(group => group.Select(type => type.Namespace).Distinct().Count() > 1)
            .Where(group => !NamedByFolder.Any(end => group.Key.Name.EndsWith(end, StringComparison.Ordinal)))
            .Select(group => $"{group.Key.Name}: {string.Join(", ", group.Select(type => type.Namespace).Distinct())}");
        found.ShouldBeEmpty();
    }

    [Fact]
    public void No_component_of_pages_has_the_name_of_a_type()
    {
        var components = RepositoryFiles.OnDisk.Paths.Where(path => path.StartsWith("src/", StringComparison.Ordinal)
            && path.EndsWith(".razor", StringComparison.Ordinal)).Select(Path.GetFileNameWithoutExtension).ToList();
        components.Count.ShouldBeGreaterThan(80);
        components.Intersect(Declarations().Select(type => type.Name)).ShouldBeEmpty();
        components.Where(name => name != "_Imports").GroupBy(name => name).Where(group => group.Count() > 1).ShouldBeEmpty();
    }

    private static List<(string Name, int Arity, string Namespace)> Declarations()
    {
        var files = RepositoryFiles.OnDisk;
        var types = new List<(string, int, string)>();
        foreach (var path in files.Paths.Where(path => path.StartsWith("src/", StringComparison.Ordinal)
            && path.EndsWith(".cs", StringComparison.Ordinal) && !path.EndsWith(".g.cs", StringComparison.Ordinal)))
            foreach (Match type in Declaration().Matches(files.Read(path)))
                types.Add((type.Groups["name"].Value, type.Groups["of"].Success ? type.Groups["of"].Value.Count(letter => letter == ',') + 1
                    : 0, Namespace().Match(files.Read(path)).Groups["name"].Value));
        types.Count.ShouldBeGreaterThan(900);
        return types;
    }

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    /// <summary>Types that stand in no other: they begin a line.</summary>
    [GeneratedRegex(@"^(?:(?:public|internal|file|sealed|static|abstract|partial|readonly|unsafe|ref) )*(?:class|record struct|record class|record|struct|interface|enum) (?<name>\w+)(?:<(?<of>[^>]+)>)?", RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
