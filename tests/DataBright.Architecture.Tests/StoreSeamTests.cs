using System.Text.RegularExpressions;

namespace DataBright.Architecture;

/// <summary>Which store a program has is decided in one place: code elsewhere knows the seam.</summary>
public sealed partial class StoreSeamTests
{
    private const string Table = "BlobStoreKinds.cs";

    [Fact]
    public void Stores_that_outlive_a_process_are_named_in_the_table_of_kinds_only() => Named(RepositoryFiles.OnDisk).ShouldBeEmpty();

    [Fact]
    public void A_place_that_names_one_is_found()
    {
        const string path = "src/DataBright.Node/NodeHost.cs";
        var files = RepositoryFiles.OnDisk;
        Named(files.With(path, files.Read(path) + "// new FolderBlobStore")).ShouldBe([path]);
    }

    private static IEnumerable<string> Named(RepositoryFiles files)
    {
        var sources = files.Paths.Where(path => path.StartsWith("src/", StringComparison.Ordinal)
            && path.EndsWith(".cs", StringComparison.Ordinal)).ToArray();
        var stores = sources.SelectMany(path => Store().Matches(files.Read(path))).Select(match => match.Groups["name"].Value)
            .Where(name => name is not ("MemoryBlobStore" or "RehearsedBlobs")).ToArray();
        stores.ShouldNotBeEmpty();
        return sources.Where(path => Path.GetFileName(path) != Table && !stores.Contains(Path.GetFileNameWithoutExtension(path)))
            .Where(path => stores.Any(store => Regex.IsMatch(files.Read(path), $@"\b{store}\b")));
    }

    [GeneratedRegex(@"class (?<name>\w+)(\([^)]*\))? : IBlobStore\b")]
    private static partial Regex Store();
}
