using DataBright.Node.Configuration;
using DataBright.Node.Offers;
using DataBright.Node.Uploads;
using DataBright.Storage;

namespace DataBright.Node.Tests.Uploads;

/// <summary>How much is taken in, and that what is promised fits.</summary>
public sealed class UploadManagerTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("databright-uploads");
    private readonly MovableClock _clock = new();
    private long _free = 1_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Only_so_many_are_open_of_one_account_and_of_all()
    {
        using var room = Room(new UploadTerms { DiskFloor = 0, MaxOpenEach = 2, MaxOpen = 3 });
        var first = await room.CreateAsync("ada", 5, UploadMetadata.None, Stop);
        await room.CreateAsync("ada", 5, UploadMetadata.None, Stop);
        (await RefusedAsync(() => room.CreateAsync("ada", 5, UploadMetadata.None, Stop))).ShouldBe(429);
        await room.CreateAsync("ben", 5, UploadMetadata.None, Stop);
        (await RefusedAsync(() => room.CreateAsync("cleo", 5, UploadMetadata.None, Stop))).ShouldBe(429);
        await room.AppendAsync(first.Id, "ada", 0, new MemoryStream(new byte[5]), null, Stop);
        await room.CreateAsync("cleo", 5, UploadMetadata.None, Stop); // a finished one is not open
    }

    [Fact]
    public async Task What_this_node_could_not_keep_of_a_file_leaves_no_open_upload_behind()
    {
        var (asked, isFilling) = (0, true);
        // There is room when the upload begins, and none when its bytes come.
        using var uploads = new UploadManager(new UploadFiles(_folder.FullName), new UploadTerms { DiskFloor = 10, MaxOpenEach = 1 },
            new MemoryBlobStore(), _clock, _ => isFilling && asked++ % 2 == 1 ? 0 : 1_000);
        for (var i = 0; i < 3; i++)
            (await RefusedAsync(() => uploads.KeepAsync("ada", new byte[5], Stop))).ShouldBe(507);
        isFilling = false;
        (await uploads.KeepAsync("ada", new byte[5], Stop)).ShouldBe(Cid.Raw(Digest.Of(new byte[5])));
    }

    [Fact]
    public async Task An_account_has_so_many_bytes_a_day()
    {
        using var room = Room(new UploadTerms { DiskFloor = 0, MaxBytesEach = 100 });
        var first = await room.CreateAsync("ada", 60, UploadMetadata.None, Stop);
        (await RefusedAsync(() => room.CreateAsync("ada", 41, UploadMetadata.None, Stop))).ShouldBe(429);
        await room.AppendAsync(first.Id, "ada", 0, new MemoryStream(new byte[60]), null, Stop);
        (await RefusedAsync(() => room.CreateAsync("ada", 41, UploadMetadata.None, Stop))).ShouldBe(429, "finished ones count");
        await room.CreateAsync("ada", 40, UploadMetadata.None, Stop);
        await room.CreateAsync("ben", 100, UploadMetadata.None, Stop);
        _clock.Now += TimeSpan.FromHours(24);
        await room.CreateAsync("ada", 100, UploadMetadata.None, Stop);
    }

    [Fact]
    public async Task An_account_has_so_many_files_a_day_however_small()
    {
        using var room = Room(new UploadTerms { DiskFloor = 0, MaxEach = 2 });
        for (int i = 0; i < 2; i++) (await room.CreateAsync("ada", 0, UploadMetadata.None, Stop)).Facts.Finished.ShouldNotBeNull();
        (await RefusedAsync(() => room.CreateAsync("ada", 0, UploadMetadata.None, Stop))).ShouldBe(429);
        await room.CreateAsync("ben", 0, UploadMetadata.None, Stop);
        _clock.Now += TimeSpan.FromHours(24);
        await room.CreateAsync("ada", 0, UploadMetadata.None, Stop);
    }

    /// <summary>The file stays; were its bytes given back, one account could fill the disk.</summary>
    [Fact]
    public async Task Deleting_a_finished_upload_gives_no_room_back()
    {
        using var room = Room(new UploadTerms { DiskFloor = 0, MaxBytesEach = 100 });
        var begun = await room.CreateAsync("ada", 60, UploadMetadata.None, Stop);
        await room.AppendAsync(begun.Id, "ada", 0, new MemoryStream(new byte[60]), null, Stop);
        room.Remove(begun.Id, "ada");
        (await RefusedAsync(() => room.FindAsync(begun.Id, "ada", Stop))).ShouldBe(404);
        (await RefusedAsync(() => room.CreateAsync("ada", 41, UploadMetadata.None, Stop))).ShouldBe(429);

        var given = await room.CreateAsync("ada", 40, UploadMetadata.None, Stop);
        room.Remove(given.Id, "ada");
        await room.CreateAsync("ada", 40, UploadMetadata.None, Stop);
    }

    [Fact]
    public async Task The_disk_keeps_its_floor_whatever_was_promised_to_others()
    {
        using var room = Room(new UploadTerms { DiskFloor = 300 });
        var first = await room.CreateAsync("ada", 400, UploadMetadata.None, Stop);
        (await RefusedAsync(() => room.CreateAsync("ben", 301, UploadMetadata.None, Stop))).ShouldBe(507);
        await room.CreateAsync("ben", 300, UploadMetadata.None, Stop);
        _free = 299; // somebody else filled the disk
        (await RefusedAsync(() => room.AppendAsync(first.Id, "ada", 0, new MemoryStream(new byte[10]), null, Stop))).ShouldBe(507);
        _free = 300;
        (await room.AppendAsync(first.Id, "ada", 0, new MemoryStream(new byte[10]), null, Stop)).Offset.ShouldBe(10);
    }

    [Fact]
    public async Task A_full_disk_is_told_as_such_and_the_upload_can_go_on()
    {
        var store = new FailingStore(new IOException("No space left on device", 28));
        using var room = Room(new UploadTerms { DiskFloor = 0 }, store);
        var upload = await room.CreateAsync("ada", 3, UploadMetadata.None, Stop);
        (await RefusedAsync(() => room.AppendAsync(upload.Id, "ada", 0, new MemoryStream([1, 2, 3]), null, Stop))).ShouldBe(507);
        store.Fault = null;
        (await room.FindAsync(upload.Id, "ada", Stop)).Facts.Finished.ShouldBe(FileDag.RootOf([1, 2, 3]));
        (await room.FindAsync(upload.Id, "ada", Stop)).Facts.Finished.ShouldBe(FileDag.RootOf([1, 2, 3]));
    }

    [Fact]
    public async Task A_disk_that_is_full_once_the_store_has_the_file_loses_nothing()
    {
        var store = new HalfwayStore();
        using var room = Room(new UploadTerms { DiskFloor = 0 }, store);
        var upload = await room.CreateAsync("ada", 3, UploadMetadata.None, Stop);

        (await room.AppendAsync(upload.Id, "ada", 0, new MemoryStream([1, 2, 3]), null, Stop)).Facts.Finished
            .ShouldBe(FileDag.RootOf([1, 2, 3]));

        (await room.FindAsync(upload.Id, "ada", Stop)).Offset.ShouldBe(3);
        store.Taken.ShouldBe([1, 2, 3]);
    }

    [Fact]
    public async Task A_line_that_breaks_leaves_what_has_come_unless_it_had_a_checksum()
    {
        using var room = Room(new UploadTerms { DiskFloor = 0 });
        var upload = await room.CreateAsync("ada", 20, UploadMetadata.None, Stop);
        await Should.ThrowAsync<EndOfStreamException>(() => room.AppendAsync(upload.Id, "ada", 0, new BrokenLine(5), null, Stop));
        (await room.FindAsync(upload.Id, "ada", Stop)).Offset.ShouldBe(5);
        await Should.ThrowAsync<EndOfStreamException>(() => room.AppendAsync(upload.Id, "ada", 5, new BrokenLine(5),
            new UploadChecksum(System.Security.Cryptography.HashAlgorithmName.SHA256, new byte[32]), Stop));
        (await room.FindAsync(upload.Id, "ada", Stop)).Offset.ShouldBe(5);
        (await room.AppendAsync(upload.Id, "ada", 5, new MemoryStream(new byte[15]), null, Stop)).Facts.Finished
            .ShouldBe(FileDag.RootOf(new byte[20]));
    }

    [Fact]
    public async Task What_lies_in_the_folder_without_belonging_to_an_upload_is_swept_away()
    {
        foreach (var name in new[] { "0123456789abcdef0123456789abcdef.bytes", "x.json", "half.part",
            "0123456789abcdef0123456789abcdee.json" })
            File.WriteAllText(Path.Combine(_folder.FullName, name), "{");
        using var room = Room(new UploadTerms { DiskFloor = 0 });
        await room.CreateAsync("ada", 3, UploadMetadata.None, Stop);
        _folder.GetFiles().Length.ShouldBe(1);
    }

    private UploadManager Room(UploadTerms terms, IBlobStore? blobs = null) =>
        new(new UploadFiles(_folder.FullName), terms, blobs ?? new MemoryBlobStore(), _clock, _ => _free);

    private static async Task<int> RefusedAsync(Func<Task> work) => (await Should.ThrowAsync<UploadRefusedException>(work)).Status;

    /// <summary>Zeros, and then nobody.</summary>
    private sealed class BrokenLine(int length) : MemoryStream(new byte[length])
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is > 0 and var read ? read : throw new EndOfStreamException();
    }

    /// <summary>Takes the file, and then has no room to note until when.</summary>
    private sealed class HalfwayStore() : PassingBlobs(new MemoryBlobStore())
    {
        public byte[] Taken { get; private set; } = [];

        public override Task AdoptAsync(string path, FileTallied tallied, Retention retention, CancellationToken stop)
        {
            Taken = File.ReadAllBytes(path);
            File.Delete(path);
            throw new StoreFullException("the store", new IOException("No space left on device", 28));
        }
    }

    private sealed class FailingStore(IOException fault) : PassingBlobs(new MemoryBlobStore())
    {
        public IOException? Fault { get; set; } = fault;

        public override Task AdoptAsync(string path, FileTallied tallied, Retention retention, CancellationToken stop) =>
            Fault is null ? base.AdoptAsync(path, tallied, retention, stop) : throw Fault;
    }
}
