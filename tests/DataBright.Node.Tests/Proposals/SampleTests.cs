using System.Net;
using DataBright.Market.Datasets;
using DataBright.Node.Proposals;
using DataBright.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace DataBright.Node.Tests.Proposals;

public sealed class SampleTests(SampleNode node) : IClassFixture<SampleNode>
{
    private readonly MemoryBlobStore _blobs = new();
    private readonly TimerClock _clock = new();

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
        (await new SampleReader(_blobs, NullLogger<SampleReader>.Instance, _clock).FindAsync(null, null, Stop)).ShouldBeNull();
        (await new SampleReader(_blobs, NullLogger<SampleReader>.Instance, _clock).FindAsync(node.OpenShard, null, Stop))
            .ShouldBeNull("elsewhere");
    }

    [Fact]
    public async Task However_many_look_at_however_many_shards_one_is_read_at_a_time()
    {
        var slow = new SlowStore();
        using var room = new SampleReader(slow, NullLogger<SampleReader>.Instance, _clock);
        var asked = Enumerable.Range(0, 20).Select(i => room.FindAsync(Cid.Raw(Digest.Of(BitConverter.GetBytes(i))), null, Stop)).ToArray();
        slow.Opened.ShouldBe(1);

        slow.Go.SetResult();
        (await Task.WhenAll(asked)).ShouldAllBe(shown => shown == null);
        slow.Opened.ShouldBe(20);
    }

    [Fact]
    public async Task A_page_does_not_wait_for_a_store_that_hangs_and_not_too_many_wait_behind_it()
    {
        var slow = new SlowStore();
        using var room = new SampleReader(slow, NullLogger<SampleReader>.Instance, _clock);
        var first = room.FindAsync(Cid.Raw(Digest.Of("first"u8)), null, Stop);
        await _clock.UntilAsync(() => first.IsCompleted);
        (await first).ShouldBeNull();
        var asked = Enumerable.Range(0, 100)
            .Select(i => room.FindAsync(Cid.Raw(Digest.Of(BitConverter.GetBytes(i))), null, Stop)).ToArray();
        slow.Go.SetResult();
        await Task.WhenAll(asked);
        slow.Opened.ShouldBeLessThan(40);
    }

    /// <summary>Has nothing, and is long about saying so.</summary>
    private sealed class SlowStore() : PassingBlobs(new MemoryBlobStore())
    {
        public TaskCompletionSource Go { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Opened { get; private set; }

        public override async Task<Stream> OpenAsync(Cid cid, CancellationToken stop)
        {
            Opened++;
            await Go.Task;
            throw new BlobMissingException(cid, "nowhere");
        }
    }

    [Fact]
    public async Task A_file_that_is_too_long_is_not_even_read()
    {
        var endless = new Endless();
        using var room = new SampleReader(endless, NullLogger<SampleReader>.Instance, _clock);
        (await room.FindAsync(node.OpenShard, null, Stop)).ShouldBeNull();
        endless.Opened.ShouldBe(1);
    }

    [Fact]
    public async Task Points_that_are_no_pictures_are_not_drawn()
    {
        (await ShownAsync(ShardFile.ToBytes(Numbers(ElementType.UInt8, [16], 3)))).ShouldNotBeNull().Png(0).ShouldBeNull();
        (await ShownAsync(ShardFile.ToBytes(Numbers(ElementType.UInt8, [2, 4, 4], 3)))).ShouldBeNull();
        (await ShownAsync(ShardFile.ToBytes(Numbers(ElementType.UInt8, [65, 65], 1)))).ShouldBeNull();
        (await ShownAsync(ShardFile.ToBytes(Numbers(ElementType.Float32, [3, 4, 4], 3)))).ShouldNotBeNull().Png(0).ShouldNotBeNull();
    }

    [Theory]
    [InlineData(9, 3)]
    [InlineData(48, 16)]
    [InlineData(270, 16)]
    public async Task Every_label_has_as_many_samples_as_fit_in_its_row(int points, int shown) =>
        (await ShownAsync(ShardFile.ToBytes(Numbers(ElementType.UInt8, [5, 5], points)))).ShouldNotBeNull().Sheet.Labels
            .Select(label => (label.Count, label.Shown)).ShouldBe(Enumerable.Repeat((points / 3, shown), 3));

    [Fact]
    public async Task A_row_is_shown_as_its_numbers()
    {
        var sheet = (await ShownAsync(ShardFile.ToBytes(Rows([3, 1, 1], [5.25f, -1, 0.5f])))).ShouldNotBeNull().Sheet;
        sheet.IsDrawn.ShouldBeFalse();
        sheet.Labels.ShouldHaveSingleItem().Lines.ShouldBe(["5.25  -1  0.5"]);
        (await ShownAsync(ShardFile.ToBytes(Rows([40, 1, 1], [.. Enumerable.Range(0, 40).Select(i => (float)i)]))))
            .ShouldNotBeNull().Sheet.Labels[0].Lines[0].ShouldEndWith("11  … 28 more");
    }

    [Fact]
    public async Task A_text_is_shown_as_it_was_written()
    {
        (await TextAsync("<b>Grüße</b>")).ShouldBe("<b>Grüße</b>", "the page writes it as text");
        (await TextAsync("\u202Egood\u202C is bad")).ShouldBe("good is bad", "nothing turns words");
        (await TextAsync("two\nlines here")).ShouldBe("two lines here");
        (await TextAsync("bell \a is none")).ShouldStartWith("98  101  108", customMessage: "no text has that");
    }

    [Fact]
    public async Task A_dataset_shows_points_of_a_shard_that_lies_open()
    {
        var html = await node.Http.GetStringAsync("/datasets/1", Stop);
        html.ShouldContain("A look at the data");
        html.ShouldContain("src=\"/datasets/1/samples/7.png\"");
        using var picture = await node.Http.GetAsync("/datasets/1/samples/7.png", Stop);
        picture.Content.Headers.ContentType!.MediaType.ShouldBe("image/png");
        (await node.Http.GetAsync("/datasets/1/samples/10.png", Stop)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await node.Http.GetAsync("/datasets/99/samples/7.png", Stop)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private async Task<string> TextAsync(string text)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        return (await ShownAsync(ShardFile.ToBytes(Rows([1, 1, 32],
            [.. Enumerable.Range(0, 32).Select(i => i < bytes.Length ? (float)bytes[i] : 0)])))).ShouldNotBeNull().Sheet.Labels[0].Lines[0];
    }

    private static Shard Rows(int[] shape, float[] values)
    {
        var features = new byte[4 * values.Length];
        Buffer.BlockCopy(values, 0, features, 0, features.Length);
        return new Shard(new DataSchema(ElementType.Float32, shape, 3), features, [1]);
    }

    [Fact]
    public async Task A_shard_that_arrives_later_is_shown_then()
    {
        var room = new SampleReader(_blobs, NullLogger<SampleReader>.Instance, _clock);
        var bytes = ShardFile.ToBytes(Numbers(ElementType.UInt8, [5, 5], 9));
        var cid = await new MemoryBlobStore().PutAsync(bytes, Stop);
        (await room.FindAsync(cid, null, Stop)).ShouldBeNull();
        await _blobs.PutAsync(bytes, Stop);
        (await room.FindAsync(cid, null, Stop)).ShouldNotBeNull().Sheet.Labels.Sum(label => label.Count).ShouldBe(9);
    }

    private async Task<ShardSamples?> ShownAsync(byte[] file) =>
        await new SampleReader(_blobs, NullLogger<SampleReader>.Instance, _clock).FindAsync(await _blobs.PutAsync(file, Stop), null, Stop);

    private static Shard Numbers(ElementType element, int[] shape, int count)
    {
        var schema = new DataSchema(element, shape, 3);
        var features = new byte[count * schema.FeatureBytes];
        for (int i = 0; i < features.Length; i += element == ElementType.UInt8 ? 1 : 4) features[i] = (byte)(i % 250);
        return new Shard(schema, features, [.. Enumerable.Range(0, count).Select(i => i % 3)]);
    }

    /// <summary>A store with one file in it, which says that it is long.</summary>
    private sealed class Endless() : PassingBlobs(new MemoryBlobStore())
    {
        public int Opened { get; private set; }

        public override Task<bool> HasAsync(Cid cid, CancellationToken stop) => Task.FromResult(true);

        public override Task<Stream> OpenAsync(Cid cid, CancellationToken stop)
        {
            Opened++;
            return Task.FromResult<Stream>(new Long());
        }

        private sealed class Long : MemoryStream
        {
            public override long Length => 65L << 20;

            public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
                throw new InvalidOperationException("It was read.");
        }
    }
}
