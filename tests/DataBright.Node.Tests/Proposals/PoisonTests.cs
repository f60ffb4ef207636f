using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using DataBright.Market.Datasets;
using DataBright.Node.Proposals;
using DataBright.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace DataBright.Node.Tests.Proposals;

/// <summary>Files that mean harm: to a browser that opens them, to the memory of who reads them.</summary>
[Collection(nameof(PoisonTests))]
[CollectionDefinition(nameof(PoisonTests), DisableParallelization = true)] // what is allocated is told of the whole process
public sealed class PoisonTests(SampleNode node) : IClassFixture<SampleNode>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>By what they want to be.</summary>
    private static readonly Dictionary<string, Func<byte[]>> PoisonedFiles = new()
    {
        ["a page"] = () => "<!DOCTYPE html><script>fetch('/api/v1/uploads',{method:'POST'})</script>"u8.ToArray(),
        ["a drawing with script"] = () =>
            "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(2)</script></svg>"u8.ToArray(),
        ["a script"] = () => "export default alert(document.domain)"u8.ToArray(),
        ["a picture that is a page"] = () => [.. Png(1, 1), .. "<html><script>alert(1)</script>"u8],
        ["a script that is a GIF"] = () => "GIF89a/*\x01\x00*/=0;alert(1)"u8.ToArray(),
        ["a picture of four gigapixels"] = () => Png(65_535, 65_535),
        ["a packed bomb"] = () => Gzip(64 << 20),
        ["an archive"] = () => [.. "PK\x03\x04"u8, .. new byte[300]],
        ["terabytes of IDX"] = () => [0, 0, 8, 3, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 16, 0, 0, 0, 16, 0],
        ["a shard of two billion points"] = () => Shard(ElementType.UInt8, [1, 28, 28], 10, int.MinValue, 4 + 784, 0),
        ["a shard of many points that are not there"] = () => Shard(ElementType.UInt8, [1, 28, 28], 10, ShardFile.MaxPoints, 0, 0),
        ["a shard of points beyond all memory"] = () => Shard(ElementType.Float32, [1 << 20, 1 << 20], 10, 1, 8, 0),
        ["a shard whose dimensions overflow"] = () => Shard(ElementType.Float32, [65_536, 65_536, 65_536, 65_536], 10, 1, 8, 0),
        ["a feature that is no number"] = () => Shard(ElementType.Float32, [2, 2], 2, 1, 4 + 16, 0x7FC0_0000),
        ["an infinite feature"] = () => Shard(ElementType.Float32, [2, 2], 2, 1, 4 + 16, 0x7F80_0000),
        ["a negative label"] = () => Shard(ElementType.UInt8, [2, 2], 2, 1, 8, -1),
        ["a label beyond the classes"] = () => Shard(ElementType.UInt8, [2, 2], 2, 1, 8, 2),
        ["nothing"] = () => [],
    };

    public static TheoryData<string> Names => [.. PoisonedFiles.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task No_file_is_given_out_in_a_way_that_a_browser_runs(string name)
    {
        var content = PoisonedFiles[name]();
        var cid = await node.Blobs.PutAsync(content, Stop);
        foreach (var accept in new[] { "text/html", "image/svg+xml", "image/png", "*/*" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/ipfs/{cid}?filename=x.html");
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(accept));
            using var answer = await node.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            answer.Content.Headers.ContentType!.MediaType.ShouldBeOneOf("application/vnd.ipld.raw", "application/octet-stream");
            answer.Content.Headers.ContentDisposition!.ToString().ShouldBe("attachment");
            answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
            answer.Headers.GetValues("Content-Security-Policy").ShouldBe(["default-src 'none'; sandbox; frame-ancestors 'none'"]);
        }
        using var head = await node.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, $"/ipfs/{cid}"), Stop);
        head.Content.Headers.ContentLength.ShouldBe(content.Length);
        head.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("sandbox");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task No_file_is_previewed_or_takes_memory_by_what_it_promises(string name)
    {
        var blobs = new MemoryBlobStore();
        var cid = await blobs.PutAsync(PoisonedFiles[name](), Stop);
        var room = new SampleReader(blobs, NullLogger<SampleReader>.Instance, TimeProvider.System);
        await room.FindAsync(cid, null, Stop);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        (await new SampleReader(blobs, NullLogger<SampleReader>.Instance, TimeProvider.System).FindAsync(cid, null, Stop)).ShouldBeNull();
        await using var file = await blobs.OpenAsync(cid, Stop);
        await Should.ThrowAsync<FormatException>(() => ShardFile.ReadAsync(file, 1L << 32, Stop));
        // What else runs at the same time allocates, too; what these files promise is a thousand times as much.
        (GC.GetTotalAllocatedBytes(precise: true) - before).ShouldBeLessThan(256L << 20);
    }

    /// <summary>A shard's head, and so many bytes after it that begin with a label or a number.</summary>
    private static byte[] Shard(ElementType element, int[] shape, int classes, int count, int after, int first)
    {
        var numbers = new List<byte>();
        foreach (int number in (IEnumerable<int>)[.. shape, classes, count])
        {
            var bytes = new byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
            numbers.AddRange(bytes);
        }
        var body = new byte[after];
        bool isFeature = element == ElementType.Float32;
        if (after >= (isFeature ? 8 : 4)) BinaryPrimitives.WriteInt32LittleEndian(body.AsSpan(isFeature ? 4 : 0), first);
        return [.. "DBSH"u8, 1, (byte)element, (byte)shape.Length, 0, .. numbers, .. body];
    }

    private static byte[] Png(int width, int height)
    {
        var head = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(head, width);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), height);
        head[8] = 8;
        return [0x89, .. "PNG\r\n\x1a\n"u8, 0, 0, 0, 13, .. "IHDR"u8, .. head, 0, 0, 0, 0, 0, 0, 0, 0, .. "IEND"u8, 0xAE, 0x42, 0x60, 0x82];
    }

    private static byte[] Gzip(int length)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(new byte[length]);
        return packed.ToArray();
    }
}
