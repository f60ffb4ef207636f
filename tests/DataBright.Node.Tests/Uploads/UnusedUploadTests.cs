using DataBright.Node.Configuration;
using DataBright.Node.Uploads;
using DataBright.Storage;

namespace DataBright.Node.Tests.Uploads;

/// <summary>What was uploaded and never made use of does not fill the disk for ever; what anybody relies on stays.</summary>
public sealed class UnusedUploadTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("databright-unused");
    private readonly MovableClock _clock = new();
    private readonly UploadTerms _terms = new() { DiskFloor = 0 };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private FolderBlobStore Blobs => new(Path.Combine(_folder.FullName, "blobs"));

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task What_the_ledger_does_not_name_goes_after_its_time_and_the_rest_stays()
    {
        Cid used = await UploadAsync(1), unused = await UploadAsync(2), shared = await UploadAsync(3);
        await Blobs.PutAsync(UploadNode.Content(50, 3), Stop);
        _clock.Now += _terms.Keep - TimeSpan.FromSeconds(1);
        (await SweepAsync(used)).ShouldBe(0);
        (await HaveAsync(used, unused, shared)).ShouldBe([true, true, true]);

        _clock.Now += TimeSpan.FromSeconds(1);
        (await SweepAsync(used)).ShouldBe(1);
        (await HaveAsync(used, unused, shared)).ShouldBe([true, false, true]);
        (await SweepAsync()).ShouldBe(0, "what was named once stays, whatever is named later");
        (await HaveAsync(used)).ShouldBe([true]);
    }

    [Fact]
    public async Task No_kind_of_store_keeps_what_nobody_uses()
    {
        var memory = new MemoryBlobStore();
        Cid used = await UploadAsync(1, memory), unused = await UploadAsync(2, memory);
        _clock.Now += _terms.Keep;
        (await new UnusedUploads(memory, new Named([used]), _clock).SweepAsync(Stop)).ShouldBe(1);
        (await memory.HasAsync(used, Stop), await memory.HasAsync(unused, Stop)).ShouldBe((true, false));
    }

    [Fact]
    public async Task Nothing_goes_while_it_cannot_be_told_what_is_named()
    {
        var unused = await UploadAsync(1);
        _clock.Now += _terms.Keep;
        (await new UnusedUploads(Blobs, new Named(null), _clock).SweepAsync(Stop)).ShouldBe(0);
        (await new UnusedUploads(Blobs, null, _clock).SweepAsync(Stop)).ShouldBe(0);
        (await HaveAsync(unused)).ShouldBe([true]);
        (await SweepAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task What_the_ledger_comes_to_name_during_a_sweep_stays()
    {
        Cid[] files = [await UploadAsync(1), await UploadAsync(2), await UploadAsync(3)];
        _clock.Now += _terms.Keep;
        (await new UnusedUploads(Blobs, new NamingAll(afterBlocks: 1), _clock).SweepAsync(Stop)).ShouldBe(1);
        (await HaveAsync(files)).Count(has => has).ShouldBe(2);
    }

    [Fact]
    public async Task One_that_is_sent_again_has_its_time_again()
    {
        var unused = await UploadAsync(1);
        _clock.Now += _terms.Keep;
        await UploadAsync(1);
        (await SweepAsync()).ShouldBe(0);
        (await HaveAsync(unused)).ShouldBe([true]);
    }

    private async Task<Cid> UploadAsync(int seed, IBlobStore? blobs = null)
    {
        using var room = new UploadManager(new UploadFiles(Path.Combine(_folder.FullName, "uploads")), _terms, blobs ?? Blobs, _clock,
            _ => long.MaxValue);
        var content = UploadNode.Content(50, seed);
        var upload = await room.CreateAsync("ada", content.Length, UploadMetadata.None, Stop);
        return (await room.AppendAsync(upload.Id, "ada", 0, new MemoryStream(content), null, Stop)).Facts.Finished!.Value;
    }

    private Task<int> SweepAsync(params Cid[] named) => new UnusedUploads(Blobs, new Named(named), _clock).SweepAsync(Stop);

    private async Task<bool[]> HaveAsync(params Cid[] files) => await Task.WhenAll(files.Select(cid => Blobs.HasAsync(cid, Stop)));

    private sealed class Named(IReadOnlyCollection<Cid>? names) : INamedFiles
    {
        public Task<ulong?> BlockAsync(CancellationToken stop) => Task.FromResult<ulong?>(1);

        public Task<IReadOnlySet<Cid>?> AmongAsync(IReadOnlyCollection<Cid> files, CancellationToken stop) =>
            Task.FromResult<IReadOnlySet<Cid>?>(names is null ? null : files.Intersect(names).ToHashSet());
    }

    /// <summary>A ledger with a new block at every question, which names every file after so many of them.</summary>
    private sealed class NamingAll(ulong afterBlocks) : INamedFiles
    {
        private ulong _block;

        public Task<ulong?> BlockAsync(CancellationToken stop) => Task.FromResult<ulong?>(++_block);

        public Task<IReadOnlySet<Cid>?> AmongAsync(IReadOnlyCollection<Cid> files, CancellationToken stop) =>
            Task.FromResult<IReadOnlySet<Cid>?>(_block > afterBlocks ? files.ToHashSet() : new HashSet<Cid>());
    }
}
