using DataBright.Market.Datasets;
using DataBright.Storage;

namespace DataBright.Market.Tests.Datasets;

/// <summary>A file that does not hold what its proposal announces is found out, whatever is wrong with it.</summary>
public sealed class OfferedFileTests
{
    private static readonly DataSchema Schema = new(ElementType.UInt8, [1, 2, 2], 3);

    private readonly MemoryBlobStore _blobs = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_announced_is_no_problem()
    {
        var shard = Of([0, 1, 2]);
        (await ProblemAsync(ShardFile.ToBytes(shard), new OfferedPoints(shard.Root, 3, Schema.Hash))).ShouldBeNull();
    }

    [Fact]
    public async Task Another_count_root_or_shape_is_said_to_be_one()
    {
        var shard = Of([0, 1, 2]);
        var file = ShardFile.ToBytes(shard);
        (await ProblemAsync(file, new OfferedPoints(shard.Root, 300, Schema.Hash))).ShouldBe("Its file holds 3 points; 300 are announced.");
        (await ProblemAsync(file, new OfferedPoints(Hash32.Zero, 3, Schema.Hash))).ShouldNotBeNull()
            .ShouldStartWith("Its file holds other points than are announced");
        (await ProblemAsync(file, new OfferedPoints(shard.Root, 3, new DataSchema(ElementType.UInt8, [1, 4], 3).Hash))).ShouldNotBeNull()
            .ShouldContain("u8 1×2×2, 3 classes");
    }

    [Fact]
    public async Task What_is_cut_off_or_no_shard_is_none()
    {
        var shard = Of([0, 1, 2]);
        var announced = new OfferedPoints(shard.Root, 3, Schema.Hash);
        (await ProblemAsync(ShardFile.ToBytes(shard)[..^1], announced)).ShouldNotBeNull()
            .ShouldContain("is no shard: The shard is cut off");
        (await ProblemAsync("<html>"u8.ToArray(), announced)).ShouldNotBeNull().ShouldContain("is no shard");
    }

    [Fact]
    public async Task Nothing_is_said_of_what_cannot_be_read_here()
    {
        var shard = Of([0, 1, 2]);
        var (open, sealing) = (new OfferedPoints(shard.Root, 3, Schema.Hash, IsSealed: false),
            new OfferedPoints(shard.Root, 3, Schema.Hash, IsSealed: true));
        (await ProblemAsync("DBEN and whatever is sealed"u8.ToArray(), sealing)).ShouldBeNull();
        (await ProblemAsync(ShardFile.ToBytes(shard), open)).ShouldBeNull();
        (await ProblemAsync("DBEN and whatever is sealed"u8.ToArray(), open)).ShouldNotBeNull().ShouldContain("anybody may read");
        (await ProblemAsync(ShardFile.ToBytes(shard), sealing)).ShouldNotBeNull().ShouldContain("lies open");
        (await ProblemAsync("DBEN and whatever is sealed"u8.ToArray(), new OfferedPoints(shard.Root, 3, Schema.Hash))).ShouldBeNull();
        (await ProblemAsync(ShardFile.ToBytes(shard), new OfferedPoints(Hash32.Zero, 3, Schema.Hash), maxBytes: 11)).ShouldBeNull();
    }

    private async Task<string?> ProblemAsync(byte[] file, OfferedPoints announced, long maxBytes = 1 << 20) =>
        await OfferedFile.ProblemAsync(_blobs, await _blobs.PutAsync(file, Stop), announced, maxBytes, Stop);

    private static Shard Of(int[] labels) => new(Schema, Enumerable.Range(0, 4 * labels.Length).Select(i => (byte)i).ToArray(), labels);
}
