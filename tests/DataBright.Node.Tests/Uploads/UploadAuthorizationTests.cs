using System.Net;
using DataBright.Ethereum;
using DataBright.Node.Configuration;
using DataBright.Services.Uploads;

namespace DataBright.Node.Tests.Uploads;

/// <summary>Who may upload where a signature is asked for.</summary>
public sealed class UploadAuthorizationTests : IAsyncLifetime
{
    private readonly EthereumKey _key = EthereumKey.Generate();
    private readonly UploadStatements _statements = new(UploadNode.Market);
    private UploadNode _node = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _node = await UploadNode.StartAsync(new UploadTerms { DiskFloor = 0 });
        _node.Rich.Add(_key.Address);
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        _key.Dispose();
    }

    private string Host => _node.Address.Authority;

    [Fact]
    public async Task A_signed_request_is_served_once()
    {
        var pass = Sign("POST", "/api/v1/uploads");
        (await BeginAsync(pass)).StatusCode.ShouldBe(HttpStatusCode.Created);
        using var again = await BeginAsync(pass);
        again.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        UploadNode.Header(again, "WWW-Authenticate").ShouldBe("DataBright");
    }

    [Fact]
    public async Task A_signature_is_good_for_one_host_method_path_and_moment_of_one_market()
    {
        using var elsewhere = EthereumKey.Generate();
        var other = new UploadStatements(UploadNode.Market with { ChainId = 1 });
        var now = _node.Clock.Now;
        (await StatusAsync(Sign("PATCH", "/api/v1/uploads"))).ShouldBe(HttpStatusCode.Forbidden, "method");
        (await StatusAsync(Sign("POST", "/api/v1/uploads/"))).ShouldBe(HttpStatusCode.Forbidden, "path");
        (await StatusAsync(_statements.Sign("127.0.0.1:1", "POST", "/api/v1/uploads", now, _key)))
            .ShouldBe(HttpStatusCode.Forbidden, "host");
        (await StatusAsync(other.Sign(Host, "POST", "/api/v1/uploads", now, _key))).ShouldBe(HttpStatusCode.Forbidden, "chain");
        (await StatusAsync(_statements.Sign(Host, "POST", "/api/v1/uploads", now, elsewhere))).ShouldBe(HttpStatusCode.Forbidden,
            "a key without money");
        (await StatusAsync(_statements.Sign(Host, "POST", "/api/v1/uploads", now - TimeSpan.FromMinutes(6), _key)))
            .ShouldBe(HttpStatusCode.Unauthorized, "too old");
        (await StatusAsync(_statements.Sign(Host, "POST", "/api/v1/uploads", now + TimeSpan.FromMinutes(6), _key)))
            .ShouldBe(HttpStatusCode.Unauthorized, "from the future");
        (await StatusAsync(Sign("POST", "/api/v1/uploads") with { At = now + TimeSpan.FromSeconds(1) })).ShouldBe(HttpStatusCode.Forbidden,
            "moved in time");
        (await StatusAsync(Sign("POST", "/api/v1/uploads") with { Nonce = Hash32.Zero })).ShouldBe(HttpStatusCode.Forbidden,
            "another nonce");
        (await StatusAsync(Sign("POST", "/api/v1/uploads"))).ShouldBe(HttpStatusCode.Created, "as it should be");
    }

    [Fact]
    public async Task A_name_that_is_not_the_nodes_is_refused_even_if_it_was_signed()
    {
        using var answer = await _node.SendAsync("POST", "/api/v1/uploads", null, ("Host", "evil.example"), (UploadHeaders.Length, "5"),
            ("Authorization", _statements.Sign("evil.example", "POST", "/api/v1/uploads", _node.Clock.Now, _key).ToHeader()));
        answer.StatusCode.ShouldBe(HttpStatusCode.MisdirectedRequest);
        _node.Terms = _node.Terms with { Hosts = ["data.example"] };
        await _node.StartAgainAsync();
        using var named = await _node.SendAsync("POST", "/api/v1/uploads", null, ("Host", "data.example"), (UploadHeaders.Length, "5"),
            ("Authorization", _statements.Sign("data.example", "POST", "/api/v1/uploads", _node.Clock.Now, _key).ToHeader()));
        named.StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Bearer x")]
    [InlineData("DataBright ")]
    [InlineData("DataBright at=1,nonce=0x00,signature=0x00")]
    [InlineData("DataBright at=-1,nonce=0x0000000000000000000000000000000000000000000000000000000000000000,signature=0x00")]
    public async Task A_request_without_a_readable_signature_is_told_how_to_sign(string header)
    {
        using var answer = await _node.SendAsync("POST", "/api/v1/uploads", null, (UploadHeaders.Length, "5"), ("Authorization", header));
        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await answer.Content.ReadAsStringAsync(Stop)).ShouldContain("UploadRequest");
    }

    [Fact]
    public async Task An_upload_is_its_uploaders_alone()
    {
        using var stranger = EthereumKey.Generate();
        _node.Rich.Add(stranger.Address);
        using var begun = await BeginAsync(Sign("POST", "/api/v1/uploads"));
        var upload = begun.Headers.Location!.ToString();
        foreach (var method in new[] { "HEAD", "DELETE" })
            (await _node.SendAsync(method, upload, null,
                ("Authorization", _statements.Sign(Host, method, upload, _node.Clock.Now, stranger).ToHeader()))).StatusCode
                .ShouldBe(HttpStatusCode.NotFound);
        (await _node.SendAsync("HEAD", upload, null, ("Authorization", Sign("HEAD", upload).ToHeader()))).StatusCode
            .ShouldBe(HttpStatusCode.OK);
        (await _node.SendAsync("HEAD", upload)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_dataset_is_prepared_by_its_founder_who_alone_knows_the_points_held_out()
    {
        using var other = EthereumKey.Generate();
        using var form = new MultipartFormDataContent { { new StringContent($"{other.Address}"), "account" } };
        using var answer = await _node.SendAsync("POST", "/api/v1/datasets/drafts", form,
            ("Authorization", Sign("POST", "/api/v1/datasets/drafts").ToHeader()));
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync(Stop)).ShouldContain("nobody else can be its founder");
    }

    [Fact]
    public async Task A_page_of_another_site_cannot_use_a_node_that_is_open_to_its_own_machine()
    {
        _node.Terms = _node.Terms with { OpenOnThisMachine = true };
        await _node.StartAgainAsync();
        foreach (var (host, status) in new[] { ("evil.example", 401), ("evil.example:7007", 401), ("127.0.0.1.evil.example", 401),
            (Host, 201), ($"localhost:{_node.Address.Port}", 201) })
            ((int)(await _node.SendAsync("POST", "/api/v1/uploads", null, ("Host", host), (UploadHeaders.Length, "5"))).StatusCode)
                .ShouldBe(status, host);
    }

    /// <summary>A proxy here makes everybody's requests come from here, and may write this machine's name into them.</summary>
    [Fact]
    public async Task Whatever_a_proxy_passes_on_is_not_from_this_machine()
    {
        _node.Terms = _node.Terms with { OpenOnThisMachine = true };
        await _node.StartAgainAsync();
        foreach (var mark in new[] { "X-Forwarded-For", "X-Real-IP", "Forwarded", "Via" })
            (await _node.SendAsync("POST", "/api/v1/uploads", null, (mark, "192.0.2.1"), (UploadHeaders.Length, "5"))).StatusCode
                .ShouldBe(HttpStatusCode.Unauthorized, mark);

        _node.Terms = _node.Terms with { Hosts = ["data.example"] };
        await _node.StartAgainAsync();
        (await _node.SendAsync("POST", "/api/v1/uploads", null, (UploadHeaders.Length, "5"))).StatusCode
            .ShouldBe(HttpStatusCode.Unauthorized, "a proxy may leave no mark");
    }

    [Fact]
    public async Task One_account_does_not_use_up_what_is_remembered_of_all()
    {
        using var other = EthereumKey.Generate();
        _node.Rich.Add(other.Address);
        _node.Terms = _node.Terms with { MaxRequestsEach = 3 };
        await _node.StartAgainAsync();
        for (int i = 0; i < 3; i++) (await StatusAsync(Sign("POST", "/api/v1/uploads"))).ShouldBe(HttpStatusCode.Created);
        (await StatusAsync(Sign("POST", "/api/v1/uploads"))).ShouldBe(HttpStatusCode.TooManyRequests);
        (await StatusAsync(_statements.Sign(Host, "POST", "/api/v1/uploads", _node.Clock.Now, other))).ShouldBe(HttpStatusCode.Created,
            "another account");
        _node.Clock.Now += TimeSpan.FromMinutes(11);
        (await StatusAsync(Sign("POST", "/api/v1/uploads"))).ShouldBe(HttpStatusCode.Created, "later");
    }

    private UploadPass Sign(string method, string path) => _statements.Sign(Host, method, path, _node.Clock.Now, _key);

    private Task<HttpResponseMessage> BeginAsync(UploadPass pass) =>
        _node.SendAsync("POST", "/api/v1/uploads", null, (UploadHeaders.Length, "5"), ("Authorization", pass.ToHeader()));

    private async Task<HttpStatusCode> StatusAsync(UploadPass pass)
    {
        using var answer = await BeginAsync(pass);
        return answer.StatusCode;
    }
}
