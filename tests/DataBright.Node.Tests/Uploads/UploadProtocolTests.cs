using System.Net;
using DataBright.Services.Uploads;

namespace DataBright.Node.Tests.Uploads;

/// <summary>What tus 1.0.0 says a server must do, beyond what our own client needs.</summary>
public sealed class UploadProtocolTests : IAsyncLifetime
{
    private UploadNode _node = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _node = await UploadNode.StartAsync();

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Theory]
    [InlineData("filename w7xidW5nLnNoYXJk")]
    [InlineData("filename w7xidW5nLnNoYXJk,is_confidential")] // a key may stand without a value
    [InlineData("a YQ==, b Yg==,c ")]
    [InlineData("filetype aW1hZ2UvcG5n,relativePath bnVsbA==")]
    public async Task HEAD_tells_the_metadata_as_they_were_sent(string metadata)
    {
        var upload = await _node.BeginAsync(10, (UploadHeaders.Metadata, metadata));
        using var head = await _node.SendAsync("HEAD", upload);
        UploadNode.Header(head, UploadHeaders.Metadata).ShouldBe(metadata.Trim());
        UploadNode.Header(head, UploadHeaders.Length).ShouldBe("10");
        UploadNode.Header(head, UploadHeaders.Offset).ShouldBe("0");
        head.Headers.CacheControl!.NoStore.ShouldBeTrue();

        await _node.StartAgainAsync();
        using var later = await _node.SendAsync("HEAD", upload);
        UploadNode.Header(later, UploadHeaders.Metadata).ShouldBe(metadata.Trim(), "after a restart, too");
    }

    [Fact]
    public async Task Where_nothing_was_said_nothing_is_told()
    {
        using var head = await _node.SendAsync("HEAD", await _node.BeginAsync(10));
        head.Headers.Contains(UploadHeaders.Metadata).ShouldBeFalse();
    }

    [Theory]
    [InlineData(",")]
    [InlineData("a YQ==,,b Yg==")]
    [InlineData("a YQ==,a Yg==")]
    [InlineData("a !!")]
    [InlineData("a YQ== YQ==")]
    [InlineData("cid !!")]
    public async Task Metadata_of_another_form_are_refused(string metadata)
    {
        using var answer = await _node.SendAsync("POST", "/api/v1/uploads", null, (UploadHeaders.Length, "10"),
            (UploadHeaders.Metadata, metadata));
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("application/offset+octet-stream; charset=UTF-8", 204)]
    [InlineData("Application/Offset+Octet-Stream", 204)]
    [InlineData("application/offset+octet-stream;x=\"a;b\"", 204)]
    [InlineData("application/octet-stream", 415)]
    [InlineData("application/offset+octet-streams", 415)]
    public async Task A_piece_is_taken_by_its_media_type(string type, int status)
    {
        var content = new ByteArrayContent([1, 2, 3]);
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        using var answer = await _node.SendAsync("PATCH", await _node.BeginAsync(3), content, (UploadHeaders.Offset, "0"));
        ((int)answer.StatusCode).ShouldBe(status);
    }

    [Theory]
    [InlineData("GET", "/api/v1/uploads")]
    [InlineData("HEAD", "/api/v1/uploads/0123456789abcdef0123456789abcdef")]
    [InlineData("PUT", "/api/v1/uploads/x")]
    [InlineData("POST", "/api/v1/uploads?unknown=1")]
    [InlineData("POST", "/api/v1/uploads")]
    [InlineData("OPTIONS", "/api/v1/uploads/x")]
    public async Task Every_answer_names_the_version(string method, string path)
    {
        using var answer = await _node.SendAsync(method, path);
        UploadNode.Header(answer, UploadHeaders.Resumable).ShouldBe("1.0.0");
    }

    [Theory]
    [InlineData("0.2.2")]
    [InlineData("2.0.0")]
    [InlineData("")]
    public async Task Another_version_is_refused_and_told_which_there_is(string version)
    {
        var upload = await _node.BeginAsync(3);
        using var answer = await _node.SendAsync("HEAD", upload, null, (UploadHeaders.Resumable, version));
        answer.StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);
        UploadNode.Header(answer, "Tus-Version").ShouldBe("1.0.0");
        using var options = await _node.SendAsync("OPTIONS", "/api/v1/uploads", null, (UploadHeaders.Resumable, version));
        options.StatusCode.ShouldBe(HttpStatusCode.NoContent, "which is for those who do not know it yet");
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("POST")]
    public async Task The_method_that_is_meant_counts_whatever_was_sent(string sent)
    {
        var upload = await _node.BeginAsync(3);
        using var answer = await _node.SendAsync(sent, upload, sent == "GET" ? null : new ByteArrayContent([]),
            ("X-HTTP-Method-Override", "DELETE"));
        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await _node.OffsetAsync(upload)).ShouldBeNull();
    }
}
