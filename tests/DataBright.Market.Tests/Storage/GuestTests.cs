using DataBright.Market.Storage;

namespace DataBright.Market.Tests.Storage;

/// <summary>Files that were taken in for a time: they go when it is over, unless somebody else put them there too.</summary>
public sealed class GuestTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset End = Start + TimeSpan.FromDays(7);

    private readonly TestFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private FolderBlobStore Store => new(_folder["blobs"]);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(100)]
    [InlineData(3 * FileDag.ChunkSize + 5)]
    public async Task A_guest_goes_when_its_time_is_over_and_not_before(int length)
    {
        var cid = await HostAsync(Content(length));
        (await Store.ReadAsync(cid, length, Stop)).ShouldBe(Content(length));
        Store.Overdue(End - TimeSpan.FromSeconds(1)).ShouldBeEmpty();
        (await Store.DismissAsync(cid, End - TimeSpan.FromSeconds(1), Stop)).ShouldBeFalse();
        (await Store.HasAsync(cid, Stop)).ShouldBeTrue();

        Store.Overdue(End).ShouldBe([cid]);
        (await Store.DismissAsync(cid, End, Stop)).ShouldBeTrue();
        (await Store.HasAsync(cid, Stop)).ShouldBeFalse();
        Store.Overdue(End).ShouldBeEmpty();
        Directory.GetFiles(_folder["blobs"], "*", SearchOption.AllDirectories).Select(Path.GetFileName).ShouldBe(["turn"], "nothing of it is left, its leaves neither");
        (await Store.DismissAsync(cid, End, Stop)).ShouldBeFalse("it is gone already");
    }

    [Fact]
    public async Task What_is_stored_is_measured_and_its_growth_known_without_measuring()
    {
        var store = Store;
        store.Measure().ShouldBe(0, "there is no folder yet");
        await store.PutAsync(Content(100), Stop);
        await store.PutAsync(Content(100), Stop);
        await store.PutAsync(Content(2 * FileDag.ChunkSize), Stop);
        store.Growth.ShouldBe(100 + 2 * FileDag.ChunkSize, "the same bytes twice are stored once");
        var guest = await HostAsync(Content(70), store);
        (store.Growth, store.Measure()).ShouldBe((170 + 2 * FileDag.ChunkSize, 170 + 2 * FileDag.ChunkSize), "leaves and entries of guests are not content");

        (await store.DismissAsync(guest, End, Stop)).ShouldBeTrue();
        (store.Growth, store.Measure()).ShouldBe((100 + 2 * FileDag.ChunkSize, 100 + 2 * FileDag.ChunkSize));
        (Store.Growth, Store.Measure()).ShouldBe((0, 100 + 2 * FileDag.ChunkSize), "another process has added nothing itself");
    }

    [Theory]
    [InlineData("put before")]
    [InlineData("put afterwards")]
    [InlineData("adopted afterwards")]
    [InlineData("kept")]
    public async Task A_file_that_anybody_else_put_there_stays(string how)
    {
        var content = Content(100);
        if (how == "put before") await Store.PutAsync(content, Stop);
        var cid = await HostAsync(content);
        if (how == "put afterwards") (await Store.PutAsync(content, Stop)).ShouldBe(cid);
        if (how == "adopted afterwards") await Store.AdoptAsync(Lay(content), Tallied(content), Stop);
        if (how == "kept") await Store.KeepAsync(cid, Stop);

        Store.Overdue(DateTimeOffset.MaxValue).ShouldBeEmpty();
        (await Store.DismissAsync(cid, DateTimeOffset.MaxValue, Stop)).ShouldBeFalse();
        (await Store.ReadAsync(cid, 100, Stop)).ShouldBe(content);
    }

    [Fact]
    public async Task A_guest_that_comes_again_stays_longer()
    {
        var cid = await HostAsync(Content(100));
        await Store.HostAsync(Lay(Content(100)), Tallied(Content(100)), End + TimeSpan.FromDays(1), Stop);
        Store.Overdue(End).ShouldBeEmpty();
        (await Store.DismissAsync(cid, End, Stop)).ShouldBeFalse();
        (await Store.DismissAsync(cid, End + TimeSpan.FromDays(1), Stop)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_guest_that_comes_again_for_a_shorter_time_stays_as_long_as_it_was_promised()
    {
        var cid = await HostAsync(Content(100));
        await Store.HostAsync(Lay(Content(100)), Tallied(Content(100)), End - TimeSpan.FromDays(1), Stop);
        Store.Overdue(End - TimeSpan.FromHours(1)).ShouldBeEmpty();
        Store.Overdue(End).ShouldBe([cid]);
    }

    [Fact]
    public async Task What_a_killed_process_has_only_begun_never_falls_due()
    {
        var cid = await Store.PutAsync(Content(100), Stop);
        var book = new BlobExpiries(_folder["blobs/guests"]);
        using (await book.TurnAsync(Stop)) book.Begin(cid); // killed before it saw that the file lives here
        Store.Overdue(DateTimeOffset.MaxValue).ShouldBeEmpty();
        (await Store.DismissAsync(cid, DateTimeOffset.MaxValue, Stop)).ShouldBeFalse();

        await HostAsync(Content(100)); // and sent once more, to the end
        Store.Overdue(DateTimeOffset.MaxValue).ShouldBeEmpty();
        (await Store.HasAsync(cid, Stop)).ShouldBeTrue();
    }

    [Fact]
    public async Task Whoever_stores_a_file_for_good_finds_it_however_busy_others_are_with_dismissing_it()
    {
        var content = Content(100);
        var cid = FileDag.RootOf(content);
        for (int i = 0; i < 100; i++)
        {
            await HostAsync(content);
            var dismissed = Task.Run(() => Store.DismissAsync(cid, End, Stop), Stop);
            var stored = Task.Run(() => Store.PutAsync(content, Stop), Stop);
            await Task.WhenAll(dismissed, stored);
            (await Store.ReadAsync(cid, 100, Stop)).ShouldBe(content);
            Store.Overdue(DateTimeOffset.MaxValue).ShouldBeEmpty();
            File.Delete(Store.PathOf(cid));
        }
    }

    private async Task<Cid> HostAsync(byte[] content, FolderBlobStore? store = null)
    {
        await (store ?? Store).HostAsync(Lay(content), Tallied(content), End, Stop);
        return Tallied(content).Cid;
    }

    private string Lay(byte[] content)
    {
        var path = _folder["arrived"];
        File.WriteAllBytes(path, content);
        return path;
    }

    private static FileTallied Tallied(byte[] content)
    {
        using var tally = new FileTally();
        tally.Append(content);
        return tally.Total();
    }

    private static byte[] Content(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * 7 + (i >> 8)))];
}
