namespace DataBright.Storage.Tests;

/// <summary>What several processes see of a folder whose files are kept for a time: each line opens the folder anew.</summary>
public sealed class FolderRetentionTests : IDisposable
{
    private const int Length = 3 * FileDag.ChunkSize + 5;
    private static readonly DateTimeOffset End = new(2026, 3, 8, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private FolderBlobStore Store => new(_folder["blobs"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Another_process_removes_what_has_expired_and_leaves_nothing_of_it()
    {
        var cid = await PutAsync();
        (await Store.ExpiredAsync(End, Stop)).ShouldBe([cid]);
        (await Store.RemoveExpiredAsync(cid, End, Stop)).ShouldBeTrue();
        Directory.GetFiles(_folder["blobs"], "*", SearchOption.AllDirectories).Select(Path.GetFileName)
            .ShouldBe(["turn"], "the leaves are gone too");
    }

    [Fact]
    public async Task Another_process_measures_all_files_and_has_added_none_itself()
    {
        await PutAsync();
        (Store.Growth, Store.Measure()).ShouldBe((0, Length));
    }

    [Fact]
    public async Task What_a_killed_process_has_only_begun_never_expires()
    {
        var cid = await Store.PutAsync(TestFiles.Stream(Length), Stop);
        var expiries = new BlobExpiries(_folder["blobs/guests"]);
        using (await expiries.TurnAsync(Stop)) expiries.Begin(cid); // killed before it saw that the file is here for good
        (await Store.ExpiredAsync(DateTimeOffset.MaxValue, Stop)).ShouldBeEmpty();
        (await Store.RemoveExpiredAsync(cid, DateTimeOffset.MaxValue, Stop)).ShouldBeFalse();

        await PutAsync(); // and sent once more, to the end
        (await Store.ExpiredAsync(DateTimeOffset.MaxValue, Stop)).ShouldBeEmpty();
        (await Store.HasAsync(cid, Stop)).ShouldBeTrue();
    }

    private Task<Cid> PutAsync() => Store.PutAsync(TestFiles.Stream(Length), Retention.Until(End), Stop);
}
