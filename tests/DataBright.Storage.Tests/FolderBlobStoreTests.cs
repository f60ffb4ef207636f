namespace DataBright.Storage.Tests;

public sealed class FolderBlobStoreTests : BlobStoreTests
{
    private const int Size = 2 * FileDag.ChunkSize + 9;

    private readonly TemporaryFolder _folder = new();
    private readonly FolderBlobStore _store;

    public FolderBlobStoreTests() => _store = new FolderBlobStore(_folder["blobs"]);

    protected override IBlobStore Store => _store;

    public override void Dispose()
    {
        base.Dispose();
        _folder.Dispose();
    }

    protected override void Damage(Cid cid, Func<byte[], byte[]> change)
    {
        var path = _store.PathOf(cid);
        File.WriteAllBytes(path, change(File.ReadAllBytes(path)));
    }

    [Fact]
    public void Nothing_is_written_before_the_first_file() => Directory.Exists(_folder["blobs"]).ShouldBeFalse();

    [Fact]
    public async Task A_stored_file_is_the_plain_content_under_its_name()
    {
        var cid = await _store.PutAsync(TestFiles.Stream(Size), Stop);
        var path = _store.PathOf(cid);
        path.ShouldBe(Path.Combine(_folder["blobs"], cid.ToString()[^2..], cid.ToString()));
        File.ReadAllBytes(path).ShouldBe(TestFiles.Content(Size));
    }

    [Fact]
    public async Task Another_store_over_the_same_folder_sees_the_file()
    {
        var cid = await _store.PutAsync(TestFiles.Stream(Size), Stop);
        (await new FolderBlobStore(_folder["blobs"]).ReadAsync(cid, Size, Stop)).ShouldBe(TestFiles.Content(Size));
    }

    [Theory]
    [InlineData("lost")]
    [InlineData("changed")]
    [InlineData("cut")]
    public async Task The_list_of_leaves_is_made_again_when_it_is(string harm)
    {
        var cid = await _store.PutAsync(TestFiles.Stream(Size), Stop);
        var leaves = _store.PathOf(cid) + ".leaves";
        var good = File.ReadAllBytes(leaves);
        if (harm == "lost") File.Delete(leaves);
        else File.WriteAllBytes(leaves, harm == "cut" ? good[1..] : [.. good[..^1], (byte)~good[^1]]);

        (await _store.ReadAsync(cid, Size, Stop)).ShouldBe(TestFiles.Content(Size));
        File.ReadAllBytes(leaves).ShouldBe(good);
    }

    [Fact]
    public async Task Damage_is_told_with_the_place_in_the_file()
    {
        var cid = await _store.PutAsync(TestFiles.Stream(Size), Stop);
        Damage(cid, content =>
        {
            content[FileDag.ChunkSize + 1] ^= 1;
            return content;
        });
        var error = await Should.ThrowAsync<BlobDamagedException>(() => _store.ReadAsync(cid, Size, Stop));
        error.Message.ShouldContain($"at {FileDag.ChunkSize} ");
        error.Message.ShouldContain(_store.PathOf(cid));
    }

    [Fact]
    public async Task A_full_disk_is_one_clear_error_and_leaves_nothing()
    {
        var store = new FolderBlobStore(_folder["blobs"], path => new FullDisk(path, room: FileDag.ChunkSize + 100));
        var error = await Should.ThrowAsync<StoreFullException>(() => store.PutAsync(TestFiles.Stream(Size), Stop));
        error.Message.ShouldContain("full");
        Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    /// <summary>The kernel's own full disk, so that the number we look for is the number that comes.</summary>
    [Fact]
    public async Task A_device_without_room_is_recognised()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "This system has no /dev/full.");
        var store = new FolderBlobStore(_folder["blobs"],
            _ => new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0));
        await Should.ThrowAsync<StoreFullException>(() => store.PutAsync(TestFiles.Stream(Size), Stop));
    }

    [Fact]
    public async Task A_cancelled_write_leaves_nothing()
    {
        using var cancelled = new CancellationTokenSource();
        var store = new FolderBlobStore(_folder["blobs"], path =>
        {
            cancelled.Cancel();
            return AtomicFile.Create(path);
        });
        await Should.ThrowAsync<OperationCanceledException>(() => store.PutAsync(TestFiles.Stream(Size), cancelled.Token));
        Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_a_killed_writer_left_can_be_swept_away()
    {
        var cid = await _store.PutAsync(TestFiles.Stream(Size), Stop);
        File.WriteAllText(Path.Combine(_folder["blobs"], "unfinished", "dead.part"), "half a fi");
        _store.RemoveUnfinished().ShouldBe(1);
        _store.RemoveUnfinished().ShouldBe(0);
        (await _store.ReadAsync(cid, Size, Stop)).Length.ShouldBe(Size);
    }

    [Fact]
    public void An_atomic_file_replaces_the_old_one_and_leaves_no_other()
    {
        AtomicFile.Write(_folder["market.json"], "old"u8);
        AtomicFile.Write(_folder["market.json"], "new"u8);
        File.ReadAllText(_folder["market.json"]).ShouldBe("new");
        Directory.GetFiles(_folder.Path).Length.ShouldBe(1);
    }

    private sealed class FullDisk(string path, int room) : FileStream(path, FileMode.CreateNew)
    {
        private int _room = room;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            const int NoSpace = 28;
            if ((_room -= buffer.Length) < 0) throw new IOException("No space left on device", NoSpace);
            return base.WriteAsync(buffer, cancellationToken);
        }
    }
}
