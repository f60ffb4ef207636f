using System.Buffers.Binary;
using System.IO.Compression;
using DataBright.Learning.Examples;
using DataBright.Market.Datasets;
using DataBright.Compute.Points;

namespace DataBright.Compute.Tests.Points;

/// <summary>How much of a stranger's file is read, whatever kind it is of.</summary>
public sealed class PointReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Each file has two points of two values.</summary>
    public static TheoryData<string> Kinds => ["t.csv", "f.jsonl", "s.dbsh"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task As_many_values_and_points_are_read_as_are_allowed(string kind)
    {
        var path = await WriteAsync(kind);
        (await ReadAsync(path, new() { MaxValues = 4, MaxExamples = 2 })).Shard.Count.ShouldBe(2);
        await RefusedAsync(path, new() { MaxValues = 3 }, "more than 3 values");
        await RefusedAsync(path, new() { MaxExamples = 1 }, "more than 1 ");
    }

    /// <summary>A dataset says how many values a text becomes, however short it is.</summary>
    [Fact]
    public async Task Texts_count_as_the_values_that_they_become()
    {
        var path = await WriteAsync("t.jsonl");
        (await ReadAsync(path, new() { MaxValues = 128 })).Shard.Count.ShouldBe(2);
        await RefusedAsync(path, new() { MaxValues = 127 }, "more than 127 values");
        await RefusedAsync(path, new() { MaxExamples = 1 }, "more than 1 ");
    }

    [Fact]
    public async Task A_table_has_at_most_a_million_points()
    {
        await File.WriteAllTextAsync(_folder["t.csv"],
            "a,b\n" + string.Concat(Enumerable.Repeat("1,0\n", PointReader.Limits.MaxExamples + 1)), Stop);
        await RefusedAsync(_folder["t.csv"], null, "more than 1048576 examples");
    }

    /// <summary>A picture has four channels at most, so a quarter of the values are its pixels.</summary>
    [Fact]
    public async Task A_picture_that_is_too_large_is_not_unpacked()
    {
        const int Side = 4096;
        await PackAsync(Side, Side + 1);
        await RefusedAsync(_folder["p.zip"], null, $"an image of {Side}×{Side + 1} pixels; at most {Side * Side} are expected");
        await PackAsync(4, 2);
        (await ReadAsync(_folder["p.zip"], new() { MaxValues = 32 })).Shard.Count.ShouldBe(1);
        await RefusedAsync(_folder["p.zip"], new() { MaxValues = 31 }, "at most 7 are expected");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    [InlineData("t.jsonl")]
    [InlineData("p.zip")]
    public async Task Reading_ends_when_it_is_cancelled(string kind)
    {
        var path = await WriteAsync(kind);
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(
            () => new PointReader(new PointFileForm(), stop.Token).ReadFoundingAsync(path, null));
    }

    [Fact]
    public async Task Ordering_and_dividing_end_when_they_are_cancelled()
    {
        var shard = Shards.Random(20, seed: 1);
        using var stop = new CancellationTokenSource();
        PointOrder.Of(shard, 1, stop.Token).Count.ShouldBe(20);
        HeldOutSplit.Of(shard, 20, 1, stop.Token)!.Value.HeldOut.Count.ShouldBe(4);
        await stop.CancelAsync();
        Should.Throw<OperationCanceledException>(() => PointOrder.Of(shard, 1, stop.Token));
        Should.Throw<OperationCanceledException>(() => HeldOutSplit.Of(shard, 20, 1, stop.Token));
    }

    private static Task<PointsRead> ReadAsync(string path, ExampleLimits? limits) =>
        new PointReader(new PointFileForm(), Stop, limits).ReadFoundingAsync(path, null);

    private static async Task RefusedAsync(string path, ExampleLimits? limits, string words) =>
        (await Should.ThrowAsync<MalformedInputException>(() => ReadAsync(path, limits))).Message.ShouldContain(words);

    private async Task<string> WriteAsync(string kind)
    {
        if (kind == "p.zip") await PackAsync(4, 2);
        else await File.WriteAllBytesAsync(_folder[kind], kind switch
        {
            "t.csv" => [.. "a,b,c\n1,2,0\n3,4,1\n"u8],
            "f.jsonl" => [.. "{\"features\":[1,2],\"label\":0}\n{\"features\":[3,4],\"label\":1}\n"u8],
            "t.jsonl" => [.. "{\"text\":\"a\",\"label\":0}\n{\"text\":\"b\",\"label\":1}\n"u8],
            _ => ShardFile.ToBytes(new Shard(new DataSchema(ElementType.UInt8, [2], 2), new byte[4], [0, 1])),
        }, Stop);
        return _folder[kind];
    }

    /// <summary>A zip of one grey picture, all black.</summary>
    private async Task PackAsync(int width, int height)
    {
        await using var file = File.Create(_folder["p.zip"]);
        await using var zip = new ZipArchive(file, ZipArchiveMode.Create);
        await using var entry = await zip.CreateEntry("0/a.png").OpenAsync(Stop);
        await entry.WriteAsync(Png(width, height), Stop);
    }

    private static byte[] Png(int width, int height)
    {
        var head = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(head, width);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), height);
        head[8] = 8;
        using var packed = new MemoryStream();
        using (var deflate = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            for (var row = 0; row < height; row++) deflate.Write(new byte[1 + width]);
        return [0x89, .. "PNG\r\n\x1a\n"u8, .. Chunk("IHDR"u8, head), .. Chunk("IDAT"u8, packed.ToArray()), .. Chunk("IEND"u8, [])];
    }

    private static byte[] Chunk(ReadOnlySpan<byte> type, byte[] content)
    {
        var (length, sum) = (new byte[4], new byte[4]);
        byte[] body = [.. type, .. content];
        BinaryPrimitives.WriteInt32BigEndian(length, content.Length);
        BinaryPrimitives.WriteUInt32BigEndian(sum, ~body.Aggregate(uint.MaxValue, Checked));
        return [.. length, .. body, .. sum];
    }

    private static uint Checked(uint sum, byte value)
    {
        sum ^= value;
        for (var bit = 0; bit < 8; bit++) sum = (sum & 1) == 0 ? sum >> 1 : sum >> 1 ^ 0xEDB88320;
        return sum;
    }
}
