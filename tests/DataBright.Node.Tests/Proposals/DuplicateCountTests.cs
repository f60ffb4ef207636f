using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Proposals;
using DataBright.Node.Proposals;
using DataBright.Node.Tests.Uploads;
using DataBright.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace DataBright.Node.Tests.Proposals;

/// <summary>What a proposal's page costs where its points cannot be compared.</summary>
public sealed class DuplicateCountTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("databright-duplicates");
    private readonly Counting _blobs = new();
    private readonly LedgerIndex _index;

    public DuplicateCountTests() => _index = LedgerIndex.Open(Path.Combine(_folder.FullName, "index.db"), UploadNode.Market);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _index.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task What_could_not_be_compared_is_not_read_again_for_everybody_who_looks_and_is_when_it_may_have_come()
    {
        // A comparison takes as long as it takes here: no time passes by itself.
        var clock = new TimerClock();
        using var counts = new DuplicateCounts(_index, _blobs, clock, NullLogger<DuplicateCounts>.Instance);
        var bytes =
            ShardFile.ToBytes(new Shard(new DataSchema(ElementType.UInt8, [4], 2), new byte[] { 1, 2, 3, 4, 1, 2, 3, 4 }, new[] { 0, 1 }));
        var proposal = Proposal(Cid.Raw(Digest.Of(bytes)));
        for (int i = 0; i < 5; i++) (await counts.FindAsync(proposal, Stop)).ShouldBeNull();
        _blobs.Opened.ShouldBe(1);

        await _blobs.PutAsync(bytes, Stop);
        clock.Move(TimeSpan.FromSeconds(11));
        (await counts.FindAsync(proposal, Stop))!.Points.ShouldBe(2);
        await counts.FindAsync(proposal, Stop);
        _blobs.Opened.ShouldBe(2, "what was compared stays so");
    }

    [Fact]
    public async Task A_page_does_not_wait_for_a_count_that_takes_long_and_has_it_when_it_is_there()
    {
        var clock = new TimerClock();
        using var counts = new DuplicateCounts(_index, _blobs, clock, NullLogger<DuplicateCounts>.Instance);
        var bytes =
            ShardFile.ToBytes(new Shard(new DataSchema(ElementType.UInt8, [4], 2), new byte[] { 1, 2, 3, 4, 1, 2, 3, 4 }, new[] { 0, 1 }));
        var proposal = Proposal(await _blobs.PutAsync(bytes, Stop));
        _blobs.Go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        var first = counts.FindAsync(proposal, Stop);
        await clock.UntilAsync(() => first.IsCompleted);
        (await first).ShouldBeNull();

        var again = counts.FindAsync(proposal, Stop);
        _blobs.Go.SetResult();
        (await again)!.Points.ShouldBe(2);
        _blobs.Opened.ShouldBe(1);
    }

    private static IndexedProposal Proposal(Cid cid) => new(
        new ProposalId(1), new DatasetId(1), ProposalKind.Listing, ProposalState.Open, default, cid, 2, Address.Zero, 1,
        ShareAmount.Whole(1), DateTimeOffset.UnixEpoch, Money.Zero, false, "",
        false, false, ShareAmount.Zero, ShareAmount.Zero, null, null, 2, DateTimeOffset.UnixEpoch, null);

    private sealed class Counting() : PassingBlobs(new MemoryBlobStore())
    {
        public int Opened { get; private set; }

        public TaskCompletionSource? Go { get; set; }

        public override async Task<Stream> OpenAsync(Cid cid, CancellationToken stop)
        {
            Opened++;
            if (Go is { } go) await go.Task;
            return await base.OpenAsync(cid, stop);
        }
    }
}
