using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DataBright.Node.Uploads;
using DataBright.Services.Uploads;
using DataBright.Storage;

namespace DataBright.Node.Tests.Uploads;

/// <summary>The protocol, word for word: tus 1.0.0.</summary>
public sealed class UploadTests : IAsyncLifetime
{
    private UploadNode _node = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _node = await UploadNode.StartAsync();

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public async Task The_node_says_what_it_offers()
    {
        using var answer = await _node.SendAsync("OPTIONS", "/api/v1/uploads");
        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        UploadNode.Header(answer, "Tus-Version").ShouldBe("1.0.0");
        UploadNode.Header(answer, "Tus-Extension")!.Split(',').ShouldBe(["creation", "checksum", "expiration", "termination"]);
        UploadNode.Header(answer, "Tus-Max-Size").ShouldBe((4L << 30).ToString());
        UploadNode.Header(answer, "Tus-Checksum-Algorithm")!.Split(',').ShouldContain("sha1");
    }

    [Fact]
    public async Task A_file_arrives_in_pieces_and_is_stored_under_what_its_bytes_hash_to()
    {
        var content = UploadNode.Content(700_001);
        var cid = FileDag.RootOf(content);
        var upload = await _node.BeginAsync(content.Length,
            (UploadHeaders.Metadata, $"filename {Base64("../../x.html")},cid {Base64(cid.ToString())}"));
        int at = 0;
        foreach (int piece in new[] { 1, 262_143, 0, 300_000, 137_857 })
        {
            using var answer = await _node.PieceAsync(upload, at, content[at..(at + piece)]);
            answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
            UploadNode.Header(answer, UploadHeaders.Offset).ShouldBe($"{at += piece}");
            UploadNode.Header(answer, UploadHeaders.Path).ShouldBe(at == content.Length ? $"/ipfs/{cid}" : null);
        }
        using var head = await _node.SendAsync("HEAD", upload);
        UploadNode.Header(head, UploadHeaders.Offset).ShouldBe($"{content.Length}");
        UploadNode.Header(head, UploadHeaders.Length).ShouldBe($"{content.Length}");
        UploadNode.Header(head, UploadHeaders.Path).ShouldBe($"/ipfs/{cid}");
        head.Headers.CacheControl!.NoStore.ShouldBeTrue();
        (await _node.Http.GetByteArrayAsync($"/ipfs/{cid}", Stop)).ShouldBe(content);
        Directory.GetFiles(_node.Folder).Length.ShouldBe(1, "only the facts of a finished upload stay");
    }

    [Fact]
    public async Task A_file_that_is_not_what_was_announced_is_thrown_away()
    {
        var upload = await _node.BeginAsync(10, (UploadHeaders.Metadata, $"cid {Base64(FileDag.RootOf("another file"u8).ToString())}"));
        using var answer = await _node.PieceAsync(upload, 0, UploadNode.Content(10));
        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await DetailAsync(answer)).ShouldContain(FileDag.RootOf(UploadNode.Content(10)).ToString());
        (await _node.OffsetAsync(upload)).ShouldBeNull();
        (await _node.Blobs.HasAsync(FileDag.RootOf(UploadNode.Content(10)), Stop)).ShouldBeFalse();
        Directory.GetFiles(_node.Folder).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_piece_that_does_not_follow_is_refused_and_nothing_is_lost()
    {
        var upload = await _node.BeginAsync(100);
        (await _node.PieceAsync(upload, 0, UploadNode.Content(40))).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        foreach (int offset in new[] { 0, 39, 41, 100 })
        {
            using var answer = await _node.PieceAsync(upload, offset, UploadNode.Content(10));
            answer.StatusCode.ShouldBe(HttpStatusCode.Conflict);
            (await DetailAsync(answer)).ShouldContain("40 bytes");
        }
        (await _node.OffsetAsync(upload)).ShouldBe(40);
        (await _node.PieceAsync(upload, 40, UploadNode.Content(61))).StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await _node.PieceAsync(upload, (await _node.OffsetAsync(upload))!.Value, [])).StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

#pragma warning disable CA5350 // tus asks for SHA-1 of every server.
    [Theory]
    [InlineData("sha1")]
    [InlineData("sha256")]
    public async Task A_piece_with_a_checksum_counts_whole_or_not_at_all(string algorithm)
    {
        byte[] good = UploadNode.Content(300_000), bad = [.. good[..^1], (byte)~good[^1]];
        var checksum = $"{algorithm} {Convert.ToBase64String(algorithm == "sha1" ? SHA1.HashData(good) : SHA256.HashData(good))}";
        var upload = await _node.BeginAsync(good.Length + 5);
        (await _node.PieceAsync(upload, 0, [1, 2, 3, 4, 5])).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        using var refused = await _node.PieceAsync(upload, 5, bad, (UploadHeaders.Checksum, checksum));
        ((int)refused.StatusCode).ShouldBe(460);
        (await _node.OffsetAsync(upload)).ShouldBe(5);
        using var taken = await _node.PieceAsync(upload, 5, good, (UploadHeaders.Checksum, checksum));
        taken.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        UploadNode.Header(taken, UploadHeaders.Path).ShouldBe($"/ipfs/{FileDag.RootOf([1, 2, 3, 4, 5, .. good])}");
    }
#pragma warning restore CA5350

    [Theory]
    [InlineData("md5 1B2M2Y8AsgTpgAmY7PhCfg==")]
    [InlineData("sha1")]
    [InlineData("sha256 AAAA")]
    [InlineData("sha1 ...")]
    public async Task A_checksum_that_cannot_be_read_is_told(string checksum)
    {
        var upload = await _node.BeginAsync(4);
        (await _node.PieceAsync(upload, 0, [1, 2, 3, 4], (UploadHeaders.Checksum, checksum))).StatusCode
            .ShouldBe(HttpStatusCode.BadRequest);
        (await _node.OffsetAsync(upload)).ShouldBe(0);
    }

    [Fact]
    public async Task A_request_that_lacks_something_says_what()
    {
        (await StatusAsync("POST", "/api/v1/uploads")).ShouldBe(400, "no length");
        (await StatusAsync("POST", "/api/v1/uploads", (UploadHeaders.Length, "-1"))).ShouldBe(400);
        (await StatusAsync("POST", "/api/v1/uploads", (UploadHeaders.Length, "99999999999999999999"))).ShouldBe(400);
        (await StatusAsync("POST", "/api/v1/uploads", ("Upload-Defer-Length", "1"))).ShouldBe(400);
        (await StatusAsync("POST", "/api/v1/uploads", (UploadHeaders.Length, $"{(4L << 30) + 1}"))).ShouldBe(413);
        (await StatusAsync("POST", "/api/v1/uploads", (UploadHeaders.Length, "5"), (UploadHeaders.Metadata, $"cid {Base64("bafkwrong")}")))
            .ShouldBe(400);
        (await StatusAsync("POST", "/api/v1/uploads", (UploadHeaders.Length, "5"), (UploadHeaders.Resumable, "0.2.2"))).ShouldBe(412);
        var upload = await _node.BeginAsync(5);
        using var plain = new ByteArrayContent([1]);
        (await _node.SendAsync("PATCH", upload, plain, (UploadHeaders.Offset, "0"))).StatusCode
            .ShouldBe(HttpStatusCode.UnsupportedMediaType);
        (await StatusAsync("POST", upload)).ShouldBe(405);

        async Task<int> StatusAsync(string method, string path, params (string, string)[] headers)
        {
            using var answer = await _node.SendAsync(method, path, null, headers);
            (await DetailAsync(answer)).ShouldNotBeEmpty();
            return (int)answer.StatusCode;
        }
    }

    /// <summary>Ids are ours; what else is asked for is never looked up, least of all on the disk.</summary>
    [Theory]
    [InlineData("../../market.json")]
    [InlineData("..%2f..%2fmarket.json")]
    [InlineData("%2e%2e%2f%2e%2e%2fetc%2fpasswd")]
    [InlineData("..%5c..%5cmarket.json")]
    [InlineData("%2fetc%2fpasswd")]
    [InlineData("a%00b")]
    [InlineData("00000000000000000000000000000000")]
    [InlineData("0123456789ABCDEF0123456789ABCDEF")]
    [InlineData("0123456789abcdef0123456789abcde%00")]
    [InlineData("０123456789abcdef0123456789abcdef")]
    public async Task Nothing_but_an_id_of_ours_leads_anywhere(string id)
    {
        var before = Everything();
        foreach (var method in new[] { "HEAD", "DELETE" })
            ((int)(await _node.SendAsync(method, $"/api/v1/uploads/{id}")).StatusCode)
                .ShouldBeOneOf(400, 404, 405);
        ((int)(await _node.PieceAsync($"/api/v1/uploads/{id}", 0, [1, 2, 3])).StatusCode).ShouldBeOneOf(400, 404, 405);
        Everything().ShouldBe(before);

        string[] Everything() =>
            [.. Directory.GetFileSystemEntries(Path.GetDirectoryName(_node.Folder)!, "*", SearchOption.AllDirectories).Order()];
    }

    [Fact]
    public void An_id_is_thirty_two_small_hexadecimal_digits()
    {
        UploadId.TryParse($"{UploadId.Fresh()}", out _).ShouldBeTrue();
        foreach (var text in new[] { null, "", "0123456789abcdef0123456789abcde", "0123456789abcdef0123456789abcdef0",
            "0123456789abcdef0123456789abcde/", "../../../../../../../../etc/pass", "0123456789ABCDEF0123456789ABCDEF",
            "0123456789abcdef\00123456789abcde" })
            UploadId.TryParse(text, out _).ShouldBeFalse(text);
    }

    [Fact]
    public async Task A_very_long_id_is_refused() =>
        ((int)(await _node.SendAsync("HEAD", $"/api/v1/uploads/{new string('a', 6_000)}")).StatusCode).ShouldBe(404);

    [Fact]
    public async Task Two_pieces_at_once_are_one_too_many()
    {
        var upload = await _node.BeginAsync(20);
        using var slow = new SlowContent();
        var first = _node.SendAsync("PATCH", upload, slow, (UploadHeaders.Offset, "0"));
        // The first one is within once its bytes lie on the disk. Asking with another piece before that could lock out the first.
        var bytes = Path.Combine(_node.Folder, $"{upload.Split('/')[^1]}.bytes");
        await UntilAsync(async () =>
        {
            await Task.Yield();
            return new FileInfo(bytes) is { Exists: true, Length: 5 };
        });
        (await _node.PieceAsync(upload, 0, UploadNode.Content(20))).StatusCode.ShouldBe(HttpStatusCode.Locked);
        (await _node.SendAsync("DELETE", upload)).StatusCode.ShouldBe(HttpStatusCode.Locked);
        slow.Finish();
        (await first).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await _node.OffsetAsync(upload)).ShouldBe(10);
    }

    [Fact]
    public async Task After_a_connection_that_broke_an_upload_goes_on()
    {
        var upload = await _node.BeginAsync(20);
        using var slow = new SlowContent();
        var first = _node.SendAsync("PATCH", upload, slow, (UploadHeaders.Offset, "0"));
        await slow.Begun;
        slow.Break();
        await Should.ThrowAsync<HttpRequestException>(() => first);
        // The node notices in its own time, and how much of the piece had reached it is the network's affair.
        await UntilAsync(async () => await _node.OffsetAsync(upload) is { } offset
            && (await _node.PieceAsync(upload, offset, UploadNode.Content(20)[(int)offset..])).StatusCode == HttpStatusCode.NoContent);
        using var head = await _node.SendAsync("HEAD", upload);
        UploadNode.Header(head, UploadHeaders.Path).ShouldBe($"/ipfs/{FileDag.RootOf(UploadNode.Content(20))}");
    }

    [Fact]
    public async Task What_was_acknowledged_is_there_after_a_restart_and_nothing_else()
    {
        var content = UploadNode.Content(600_000);
        var upload = await _node.BeginAsync(content.Length);
        (await _node.PieceAsync(upload, 0, content[..300_007])).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await _node.StopAsync();
        // As a kill in the middle of a piece leaves it: bytes on the disk that no mark vouches for.
        await using (var file = new FileStream(Directory.GetFiles(_node.Folder, "*.bytes").Single(),
            FileMode.Append)) file.Write(new byte[400_000]);
        await _node.StartAgainAsync();
        (await _node.OffsetAsync(upload)).ShouldBe(300_007);
        using var last = await _node.PieceAsync(upload, 300_007, content[300_007..]);
        UploadNode.Header(last, UploadHeaders.Path).ShouldBe($"/ipfs/{FileDag.RootOf(content)}");
        await _node.StartAgainAsync();
        (await _node.OffsetAsync(upload)).ShouldBe(content.Length, "who missed the last answer can ask again");
        (await _node.Http.GetByteArrayAsync($"/ipfs/{FileDag.RootOf(content)}", Stop)).ShouldBe(content);
    }

    [Fact]
    public async Task A_node_that_was_killed_while_it_put_a_file_away_does_it_when_asked()
    {
        var content = UploadNode.Content(500_000);
        var upload = await _node.BeginAsync(content.Length);
        (await _node.PieceAsync(upload, 0, content)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        var cid = FileDag.RootOf(content);
        await _node.StopAsync();
        // The facts say that it is finished; the bytes have not moved yet.
        var id = Path.GetFileNameWithoutExtension(Directory.GetFiles(_node.Folder, "*.json").Single());
        File.Move(_node.Blobs.PathOf(cid), Path.Combine(_node.Folder, $"{id}.bytes"));
        File.WriteAllBytes(Path.Combine(_node.Folder, $"{id}.bytes.offset"), BitConverter.GetBytes((long)content.Length));
        await _node.StartAgainAsync();
        using var head = await _node.SendAsync("HEAD", upload);
        UploadNode.Header(head, UploadHeaders.Path).ShouldBe($"/ipfs/{cid}");
        (await _node.Http.GetByteArrayAsync($"/ipfs/{cid}", Stop)).ShouldBe(content);
    }

    [Fact]
    public async Task An_unfinished_upload_expires_and_a_finished_file_stays()
    {
        string open = await _node.BeginAsync(10), done = await _node.BeginAsync(3);
        (await _node.PieceAsync(open, 0, [1])).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await _node.PieceAsync(done, 0, [1, 2, 3])).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        using (var head = await _node.SendAsync("HEAD", open))
            DateTimeOffset.Parse(UploadNode.Header(head, UploadHeaders.Expires)!).ShouldBe(_node.Clock.Now + _node.Terms.Lifetime);
        _node.Clock.Now += _node.Terms.Lifetime;
        (await _node.OffsetAsync(open)).ShouldBeNull();
        (await _node.PieceAsync(open, 1, [2])).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await _node.BeginAsync(1); // sweeps
        Directory.GetFiles(_node.Folder, "*.json").Length.ShouldBe(1);
        Directory.GetFiles(_node.Folder, "*.bytes").ShouldBeEmpty();
        (await _node.Blobs.HasAsync(FileDag.RootOf([1, 2, 3]), Stop)).ShouldBeTrue();
    }

    [Fact]
    public async Task An_empty_file_is_finished_when_it_begins()
    {
        var upload = await _node.BeginAsync(0);
        using var head = await _node.SendAsync("HEAD", upload);
        UploadNode.Header(head, UploadHeaders.Path).ShouldBe($"/ipfs/{FileDag.RootOf([])}");
    }

    [Fact]
    public async Task Whoever_can_send_only_POST_names_the_method_it_means()
    {
        var upload = await _node.BeginAsync(3);
        var content = new ByteArrayContent([1, 2, 3]);
        content.Headers.ContentType = new(UploadHeaders.ContentType);
        (await _node.SendAsync("POST", upload, content, (UploadHeaders.Offset, "0"), ("X-HTTP-Method-Override", "PATCH"))).StatusCode
            .ShouldBe(HttpStatusCode.NoContent);
        (await _node.SendAsync("POST", upload, null, ("X-HTTP-Method-Override", "DELETE"))).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await _node.OffsetAsync(upload)).ShouldBeNull();
    }

    /// <summary>A deadline ends a test that would ask for ever.</summary>
    private static async Task UntilAsync(Func<Task<bool>> good)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        while (!await good()) patience.Token.ThrowIfCancellationRequested();
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static async Task<string> DetailAsync(HttpResponseMessage answer) =>
        JsonDocument.Parse(await answer.Content.ReadAsStreamAsync(Stop)).RootElement.GetProperty("detail").GetString()!;

    /// <summary>Ten bytes, of which five come at once and five when a test says so.</summary>
    private sealed class SlowContent : HttpContent
    {
        private readonly TaskCompletionSource _begun = new(), _rest = new();

        public SlowContent() => Headers.ContentType = new(UploadHeaders.ContentType);

        public Task Begun => _begun.Task;

        public void Finish() => _rest.SetResult();

        public void Break() => _rest.SetException(new IOException("the line is cut"));

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(UploadNode.Content(5));
            await stream.FlushAsync();
            _begun.SetResult();
            await _rest.Task;
            await stream.WriteAsync(UploadNode.Content(10).AsMemory(5));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 10;
            return true;
        }
    }
}
