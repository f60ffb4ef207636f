using DataBright.Storage.Options;

namespace DataBright.Storage.Tests.Options;

/// <summary>Where an installation keeps its files, as its data folder says.</summary>
public sealed class StorageOptionsTests : IDisposable
{
    private readonly TemporaryFolder _home = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task A_data_folder_that_says_nothing_has_its_files_beside_it()
    {
        Options.Blobs.ShouldBe(new StorePlace("folder", _home["blobs"]));
        var cid = await Options.OpenBlobs().PutAsync(TestFiles.Stream(10), Stop);
        File.Exists(new FolderBlobStore(_home["blobs"]).PathOf(cid)).ShouldBeTrue();
    }

    [Theory]
    [InlineData("files", "files")]
    [InlineData("../files", "../files")]
    [InlineData("/mnt/files", "/mnt/files")]
    public void A_path_is_one_below_the_data_folder_unless_it_is_rooted(string said, string meant)
    {
        Say($$"""{ "blobs": { "kind": "folder", "place": "{{said}}" } }""");
        Options.Blobs.Place.ShouldBe(Path.GetFullPath(Path.Combine(_home.Path, meant)));
    }

    [Fact]
    public void A_url_is_what_it_is()
    {
        Say("""{ "blobs": { "kind": "folder", "place": "https://files.example.org/a" } }""");
        Options.Blobs.Place.ShouldBe("https://files.example.org/a");
    }

    [Fact]
    public void A_kind_that_is_none_is_told_with_those_that_there_are()
    {
        Say("""{ "blobs": { "kind": "shelf", "place": "x" } }""");
        var error = Should.Throw<StorageOptionsException>(() => Options.OpenBlobs());
        error.Message.ShouldContain("'shelf'");
        foreach (var kind in BlobStoreKinds.Names) error.Message.ShouldContain(kind);
        error.Kind.ShouldBe(FailureKind.Malformed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{ "blobs": null }""")]
    [InlineData("""{ "blobs": { "kind": "folder" } }""")]
    [InlineData("""{ "blobs": { "kind": "folder", "place": "x", "plaice": "y" } }""")]
    public void What_cannot_be_understood_is_told_with_its_file(string said)
    {
        Say(said);
        Should.Throw<StorageOptionsException>(() => Options).Message.ShouldContain(_home[StorageOptions.FileName]);
    }

    [Fact]
    public void The_documentation_names_every_kind()
    {
        var document = File.ReadAllText(Repository.PathOf("docs", "storage.md"));
        foreach (var kind in BlobStoreKinds.Names) document.ShouldContain($"| `{kind}` |");
    }

    private StorageOptions Options => StorageOptions.Of(_home.Path);

    private void Say(string text) => File.WriteAllText(_home[StorageOptions.FileName], text);
}
