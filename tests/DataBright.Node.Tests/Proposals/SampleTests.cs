using System.Net;
using DataBright.Market.Datasets;
using DataBright.Market.Storage;
using DataBright.Node.Proposals;
using Microsoft.Extensions.Logging.Abstractions;

namespace DataBright.Node.Tests.Proposals;

public sealed class SampleTests(SampleNode node) : IClassFixture<SampleNode>
{
    private readonly MemoryBlobStore _blobs = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_open_shard_shows_a_row_of_pictures_for_each_label()
    {
        var html = await node.Http.GetStringAsync("/proposals/6", Stop);
        for (int label = 0; label < 10; label++) html.ShouldContain($"src=\"/proposals/6/samples/{label}.png\"");
        using var picture = await node.Http.GetAsync("/proposals/6/samples/7.png", Stop);
        picture.Content.Headers.ContentType!.MediaType.ShouldBe("image/png");
        (await node.Http.GetAsync("/proposals/6/samples/10.png", Stop)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await node.Http.GetAsync("/proposals/6/samples/-1.png", Stop)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await node.Http.GetAsync("/proposals/5/samples/7.png", Stop)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Nothing_is_shown_of_a_file_that_is_no_open_shard()
    {
        var shard = ShardFile.ToBytes(Numbers(ElementType.UInt8, [1, 4, 4], 12));
        (await ShownAsync(shard)).ShouldNotBeNull();
        (await ShownAsync(shard[..^1])).ShouldBeNull("cut off");
        (await ShownAsync([.. shard, 0])).ShouldBeNull("bytes left over");
        (await ShownAsync("DBEN and then ciphertext"u8.ToArray())).ShouldBeNull("an envelope");
        (await ShownAsync([])).ShouldBeNull("empty");
        (await new SampleRoom(_blobs, NullLogger<SampleRoom>.Instance).FindAsync(null, Stop)).ShouldBeNull();
        (await new SampleRoom(_blobs, NullLogger<SampleRoom>.Instance).FindAsync(node.OpenShard, Stop)).ShouldBeNull("elsewhere");
    }

    [Fact]
    public async Task Points_that_are_no_pictures_are_not_drawn()
    {
        (await ShownAsync(ShardFile.ToBytes(Numbers(ElementType.UInt8, [16], 3)))).ShouldBeNull();
        (await ShownAsync(ShardFile.ToBytes(Numbers(ElementType.UInt8, [2, 4, 4], 3)))).ShouldBeNull();
        (await ShownAsync(ShardFile.ToBytes(Numbers(ElementType.UInt8, [65, 65], 1)))).ShouldBeNull();
        (await ShownAsync(ShardFile.ToBytes(Numbers(ElementType.Float32, [3, 4, 4], 3)))).ShouldNotBeNull().Png(0).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_shard_that_arrives_later_is_shown_then()
    {
        var room = new SampleRoom(_blobs, NullLogger<SampleRoom>.Instance);
        var bytes = ShardFile.ToBytes(Numbers(ElementType.UInt8, [5, 5], 9));
        var cid = await new MemoryBlobStore().PutAsync(bytes, Stop);
        (await room.FindAsync(cid, Stop)).ShouldBeNull();
        await _blobs.PutAsync(bytes, Stop);
        (await room.FindAsync(cid, Stop)).ShouldNotBeNull().Sheet.Labels.Sum(label => label.Count).ShouldBe(9);
    }

    private async Task<ShardSamples?> ShownAsync(byte[] file) =>
        await new SampleRoom(_blobs, NullLogger<SampleRoom>.Instance).FindAsync(await _blobs.PutAsync(file, Stop), Stop);

    private static Shard Numbers(ElementType element, int[] shape, int count)
    {
        var schema = new DataSchema(element, shape, 3);
        var features = new byte[count * schema.FeatureBytes];
        for (int i = 0; i < features.Length; i += element == ElementType.UInt8 ? 1 : 4) features[i] = (byte)(i % 250);
        return new Shard(schema, features, [.. Enumerable.Range(0, count).Select(i => i % 3)]);
    }
}
