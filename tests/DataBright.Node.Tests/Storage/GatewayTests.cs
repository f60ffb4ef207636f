using System.Net;
using System.Security.Cryptography;
using DataBright.Storage;

namespace DataBright.Node.Tests.Storage;

/// <summary>Files as clients of IPFS gateways ask for them, who check every hash (specs.ipfs.tech/http-gateways).</summary>
public sealed class GatewayTests(SampleNode node) : IClassFixture<SampleNode>
{
    private const string Raw = "application/vnd.ipld.raw", Car = "application/vnd.ipld.car";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Raw, "")]
    [InlineData("Application/Vnd.IPLD.Raw; x=\"a;b\"", "")]
    [InlineData("text/html;q=0.5, application/vnd.ipld.raw;q=0.9, */*;q=0.1", "")]
    [InlineData("*/*", "?format=raw")]
    [InlineData(Car, "?format=raw")] // the address goes before the header
    public async Task The_raw_block_hashes_to_the_address(string accept, string query)
    {
        foreach (var length in new[] { 0, 10, FileDag.ChunkSize, FileDag.ChunkSize + 1, 3 * FileDag.ChunkSize })
        {
            var cid = await PutAsync(length);
            using var answer = await AskAsync($"/ipfs/{cid}{query}", accept);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            Cid.FromBytes([1, (byte)cid.Codec, 0x12, 0x20, .. SHA256.HashData(await answer.Content.ReadAsByteArrayAsync(Stop))])
                .ShouldBe(cid);
            answer.Content.Headers.ContentType!.MediaType.ShouldBe(Raw);
            answer.Content.Headers.ContentDisposition!.ToString().ShouldBe($"attachment; filename=\"{cid}.bin\"");
            answer.Headers.ETag!.ToString().ShouldBe($"\"{cid}.raw\"");
            answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
            answer.Headers.GetValues("X-Ipfs-Path").ShouldBe([$"/ipfs/{cid}"]);
            answer.Headers.CacheControl!.ToString().ShouldContain("immutable");
            answer.Headers.Vary.ShouldContain("Accept");
        }
    }

    [Theory]
    [InlineData(Car, "")]
    [InlineData("application/vnd.ipld.car; version=1; order=dfs; dups=n", "")]
    [InlineData("*/*", "?format=car")]
    [InlineData("*/*", "?format=car&dag-scope=all&car-version=1&car-order=dfs")]
    [InlineData("*/*", "?format=CAR&dag-scope=entity&car-dups=n")]
    public async Task An_archive_has_every_block_under_its_own_hash_parents_first_and_makes_the_file(string accept, string query)
    {
        foreach (var length in new[] { 0, 10, FileDag.ChunkSize + 1, 176 * FileDag.ChunkSize + 5 })
        {
            var content = Content(length);
            var cid = await node.Blobs.PutAsync(content, Stop);
            using var answer = await AskAsync($"/ipfs/{cid}{query}", accept);
            answer.Content.Headers.ContentType!.ToString().ShouldBe("application/vnd.ipld.car; version=1; order=dfs; dups=n");
            answer.Content.Headers.ContentDisposition!.FileName!.Trim('"').ShouldBe($"{cid}.car");
            answer.Headers.ETag!.IsWeak.ShouldBeTrue();
            answer.Headers.AcceptRanges.ShouldBe(["none"]);
            var (root, blocks) = ReadCar(await answer.Content.ReadAsByteArrayAsync(Stop));
            root.ShouldBe(cid);
            blocks[0].Cid.ShouldBe(cid, "the root comes first");
            blocks.Select(block => block.Cid).ShouldBeUnique();
            foreach (var (address, bytes) in blocks) address.Hash.ShouldBe(Digest.Of(bytes));
            blocks.Where(block => block.Cid.Codec == CidCodec.Raw).SelectMany(block => block.Bytes).ToArray().AsSpan()
                .SequenceEqual(content).ShouldBeTrue($"{length} bytes, depth first");
            blocks.Count(block => block.Cid.Codec == CidCodec.DagPb)
                .ShouldBe(length <= FileDag.ChunkSize ? 0 : length <= 174 * FileDag.ChunkSize ? 1 : 3);
        }
    }

    [Fact]
    public async Task A_block_that_comes_twice_is_sent_twice_only_where_that_is_asked_for()
    {
        var cid = await node.Blobs.PutAsync(new byte[3 * FileDag.ChunkSize], Stop);
        async Task<int> BlocksAsync(string query) =>
            ReadCar(await node.Http.GetByteArrayAsync($"/ipfs/{cid}?format=car{query}", Stop)).Blocks.Count;
        (await BlocksAsync("")).ShouldBe(2);
        (await BlocksAsync("&car-dups=y")).ShouldBe(4);
        (await BlocksAsync("&dag-scope=block")).ShouldBe(1);
        using var byHeader = await AskAsync($"/ipfs/{cid}", "application/vnd.ipld.car; dups=y");
        ReadCar(await byHeader.Content.ReadAsByteArrayAsync(Stop)).Blocks.Count.ShouldBe(4);
    }

    [Theory]
    [InlineData("application/vnd.ipld.dag-json", "", 406)]
    [InlineData("application/vnd.ipfs.ipns-record", "", 406)]
    [InlineData("application/x-tar", "", 406)]
    [InlineData("application/vnd.ipld.car; version=2", "", 406)]
    [InlineData("*/*;q=0", "", 406)]
    [InlineData("*/*", "?format=tar", 406)]
    [InlineData("*/*", "?format=dag-cbor", 406)]
    [InlineData("*/*", "?format=zip", 400)]
    [InlineData("*/*", "?format=raw&format=car", 400)]
    [InlineData("*/*", "?format=car&car-version=2", 400)]
    [InlineData("*/*", "?format=car&dag-scope=some", 400)]
    [InlineData("*/*", "?format=car&car-dups=maybe", 400)]
    [InlineData("image/png", "", 200)] // the bytes may well be that
    [InlineData(";;,", "", 200)]
    [InlineData("application/vnd.ipld.car; version=2, */*;q=0.1", "", 200)]
    public async Task What_cannot_be_given_is_not_answered_with_something_else(string accept, string query, int status)
    {
        var cid = await PutAsync(FileDag.ChunkSize + 1);
        using var answer = await AskAsync($"/ipfs/{cid}{query}", accept);
        ((int)answer.StatusCode).ShouldBe(status);
        if (status >= 400) (answer.Headers.CacheControl?.ToString() ?? "").ShouldNotContain("immutable");
    }

    [Theory]
    [InlineData("bytes=100-199", 206, "bytes 100-199/600000", 100)]
    [InlineData("bytes=262140-262150", 206, "bytes 262140-262150/600000", 11)] // over the edge of a chunk
    [InlineData("bytes=599990-", 206, "bytes 599990-599999/600000", 10)]
    [InlineData("bytes=-10", 206, "bytes 599990-599999/600000", 10)]
    [InlineData("bytes=0-99999999", 206, "bytes 0-599999/600000", 600_000)]
    [InlineData("bytes=600000-", 416, "bytes */600000", -1)]
    [InlineData("bytes=5-1", 200, null, 600_000)] // no range at all (RFC 9110, 14.2)
    [InlineData("bytes=0-0,5-6", 200, null, 600_000)]
    [InlineData("lines=1-2", 200, null, 600_000)]
    public async Task A_part_of_a_file_is_given_where_a_line_broke(string range, int status, string? contentRange, int length)
    {
        var content = Content(600_000);
        var cid = await node.Blobs.PutAsync(content, Stop);
        using var answer = await AskAsync($"/ipfs/{cid}", "*/*", ("Range", range));
        ((int)answer.StatusCode).ShouldBe(status);
        (answer.Content.Headers.ContentRange?.ToString()).ShouldBe(contentRange);
        answer.Headers.AcceptRanges.ShouldBe(["bytes"]);
        if (status == 416)
        {
            answer.Headers.CacheControl!.ToString().ShouldNotContain("immutable");
            return;
        }
        var got = await answer.Content.ReadAsByteArrayAsync(Stop);
        got.Length.ShouldBe(length);
        content.AsSpan((int)(answer.Content.Headers.ContentRange?.From ?? 0), length).SequenceEqual(got).ShouldBeTrue();
    }

    [Fact]
    public async Task A_range_of_another_file_is_not_a_range_of_this_one()
    {
        var cid = await PutAsync(1_000);
        using var other = await AskAsync($"/ipfs/{cid}", "*/*", ("Range", "bytes=0-9"), ("If-Range", "\"another\""));
        other.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var same = await AskAsync($"/ipfs/{cid}", "*/*", ("Range", "bytes=0-9"), ("If-Range", $"\"{cid}\""));
        same.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
    }

    [Theory]
    [InlineData("/sub/path", 404)]
    [InlineData("/index.html", 404)]
    [InlineData("/a%2Fb/c", 404)]
    [InlineData("/", 200)]
    public async Task There_is_nothing_below_a_file(string path, int status)
    {
        using var answer = await AskAsync($"/ipfs/{await PutAsync(10)}{path}", "*/*");
        ((int)answer.StatusCode).ShouldBe(status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?format=raw")]
    [InlineData("?format=car")]
    public async Task HEAD_says_the_same_without_a_body_and_a_tag_is_good_for_its_form_alone(string query)
    {
        var cid = await PutAsync(FileDag.ChunkSize + 1);
        using var get = await AskAsync($"/ipfs/{cid}{query}", "*/*");
        using var head = await node.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, $"/ipfs/{cid}{query}"), Stop);
        head.StatusCode.ShouldBe(HttpStatusCode.OK);
        head.Headers.ETag.ShouldBe(get.Headers.ETag);
        head.Content.Headers.ContentType.ShouldBe(get.Content.Headers.ContentType);
        if (query != "?format=car") head.Content.Headers.ContentLength.ShouldBe((await get.Content.ReadAsByteArrayAsync(Stop)).Length);

        using var kept = await AskAsync($"/ipfs/{cid}{query}", "*/*", ("If-None-Match", get.Headers.ETag!.ToString()));
        kept.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        using var otherForm = await AskAsync($"/ipfs/{cid}{(query == "?format=raw" ? "" : "?format=raw")}", "*/*",
            ("If-None-Match", get.Headers.ETag!.ToString()));
        otherForm.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private async Task<Cid> PutAsync(int length) => await node.Blobs.PutAsync(Content(length), Stop);

    private async Task<HttpResponseMessage> AskAsync(string path, string accept, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        return await node.Http.SendAsync(request, Stop);
    }

    private static byte[] Content(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Reads an archive by its definition (ipld.io/specs/transport/car/carv1), and not by what writes it.</summary>
    private static (Cid Root, IReadOnlyList<(Cid Cid, byte[] Bytes)> Blocks) ReadCar(byte[] car)
    {
        int at = 0;
        var header = Section();
        // {"roots": [42(h'00' + cid)], "version": 1} in DAG-CBOR.
        Convert.ToHexStringLower(header.AsSpan(0, 12)).ShouldBe("a265726f6f747381d82a5825");
        header[12].ShouldBe((byte)0);
        Convert.ToHexStringLower(header.AsSpan(49)).ShouldBe("6776657273696f6e01");
        var root = Cid.FromBytes(header.AsSpan(13, 36));
        var blocks = new List<(Cid, byte[])>();
        while (at < car.Length)
        {
            var section = Section();
            blocks.Add((Cid.FromBytes(section.AsSpan(0, 36)), section[36..]));
        }
        return (root, blocks);

        byte[] Section()
        {
            int length = 0;
            for (int shift = 0; ; shift += 7)
            {
                byte next = car[at++];
                length |= (next & 0x7F) << shift;
                if (next < 0x80) break;
            }
            at += length;
            return car[(at - length)..at];
        }
    }
}
