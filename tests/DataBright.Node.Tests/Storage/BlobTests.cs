using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using DataBright.Storage;

namespace DataBright.Node.Tests.Storage;

public sealed class BlobTests(SampleNode node) : IClassFixture<SampleNode>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_is_given_by_its_content_and_may_be_kept_for_ever()
    {
        var content = "<script>alert(1)</script>"u8.ToArray();
        var cid = await node.Blobs.PutAsync(content, Stop);
        using var response = await node.Http.GetAsync($"/ipfs/{cid}", Stop);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await response.Content.ReadAsByteArrayAsync(Stop)).ShouldBe(content);
        response.Headers.ETag!.Tag.ShouldBe($"\"{cid}\"");
        response.Headers.CacheControl!.ToString().ShouldContain("immutable");
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/vnd.ipld.raw");
        response.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
        response.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);

        using var again = new HttpRequestMessage(HttpMethod.Get, $"/ipfs/{cid}");
        again.Headers.IfNoneMatch.Add(new EntityTagHeaderValue($"\"{cid}\""));
        (await node.Http.SendAsync(again, Stop)).StatusCode.ShouldBe(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task A_file_of_many_chunks_comes_whole()
    {
        var content = new byte[1_000_000];
        for (int i = 0; i < content.Length; i++) content[i] = (byte)(i * 7 + i / 255);
        var cid = await node.Blobs.PutAsync(content, Stop);
        cid.Codec.ShouldBe(CidCodec.DagPb);
        SHA256.HashData(await node.Http.GetByteArrayAsync($"/ipfs/{cid}", Stop)).ShouldBe(SHA256.HashData(content));
    }

    [Fact]
    public async Task What_is_not_here_is_missing_and_what_is_no_CID_is_refused()
    {
        (await node.Http.GetAsync($"/ipfs/{Cid.Raw(Digest.Of("elsewhere"u8))}", Stop)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        foreach (var text in new[] { "x", "..%2f..%2fetc%2fpasswd", "bafkrei", new string('b', 500) })
            (await node.Http.GetAsync($"/ipfs/{text}", Stop)).StatusCode.ShouldBe(HttpStatusCode.BadRequest, text);
    }
}
