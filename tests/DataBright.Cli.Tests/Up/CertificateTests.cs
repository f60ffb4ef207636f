using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DataBright.Terminal;

namespace DataBright.Cli.Tests.Up;

public sealed class CertificateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly X509Certificate2 _authority, _between;
    private readonly string _own, _chain, _key, _lockedKey, _pfx;

    public CertificateTests()
    {
        using ECDsa authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256), betweenKey = ECDsa.Create(ECCurve.NamedCurves.nistP256),
            key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        var authority = Request("CN=authority", authorityKey, isAuthority: true);
        _authority = authority.CreateSelfSigned(now.AddDays(-2), now.AddDays(30));
        using var between = Request("CN=between", betweenKey, isAuthority: true).Create(_authority, now.AddDays(-1), now.AddDays(20), [1]);
        _between = between.CopyWithPrivateKey(betweenKey);
        using var own = Request("CN=127.0.0.1", key, isAuthority: false).Create(_between, now.AddDays(-1), now.AddDays(10), [2]);
        _own = Write("own.pem", own.ExportCertificatePem());
        _chain = Write("chain.pem", own.ExportCertificatePem() + "\n" + between.ExportCertificatePem());
        _key = Write("key.pem", key.ExportPkcs8PrivateKeyPem());
        _lockedKey = Write("locked.pem",
            key.ExportEncryptedPkcs8PrivateKeyPem("opens",
                new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1_000)));
        _pfx = _folder["own.pfx"];
        using var whole = own.CopyWithPrivateKey(key);
        File.WriteAllBytes(_pfx,
            new X509Certificate2Collection((X509Certificate2[])[whole, between]).Export(X509ContentType.Pfx, "opens")!);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _authority.Dispose();
        _between.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("pem")]
    [InlineData("locked")]
    [InlineData("pfx")]
    public async Task A_node_listens_at_https_with_a_certificate_that_clients_can_follow_to_its_authority(string form)
    {
        File.WriteAllText(_folder["opens"], "opens");
        string[] certificate = form switch
        {
            "pem" => ["--certificate", _chain, "--certificate-key", _key],
            "locked" => ["--certificate", _chain, "--certificate-key", _lockedKey, "--certificate-password-file", _folder["opens"]],
            _ => ["--certificate", _pfx],
        };
        (string, string)[] environment = form == "pfx" ? [("DATABRIGHT_CERTIFICATE_PASSWORD", "opens")] : [];
        await using var node = Databright.Start(_folder["home"], null,
            ["up", "--end-with-parent", "--roles", "web", "--listen", "https://127.0.0.1:0", .. certificate], environment);
        var ready = (await node.Output.ReadLineAsync(Stop)) ?? (await node.EndAsync()).Error;
        ready.ShouldStartWith("ready https://127.0.0.1:");
        using var http = Client(_authority);
        (await http.GetStringAsync(new Uri(new Uri(ready["ready ".Length..]), "/health"), Stop)).ShouldBe("alive");
        using var stranger = Client(_between);
        await Should.ThrowAsync<HttpRequestException>(() => stranger.GetStringAsync(ready["ready ".Length..], Stop));
        node.Orphan();
        (await node.EndAsync()).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task What_is_missing_or_wrong_is_said_at_once()
    {
        var junk = Write("junk.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        using var otherKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var other = Write("other.pem", otherKey.ExportPkcs8PrivateKeyPem());
        (await UpAsync("https://127.0.0.1:0")).ShouldFailClearly(ExitCode.Usage, "needs a certificate", "--certificate FILE");
        (await UpAsync("http://127.0.0.1:0", "--certificate", _chain)).ShouldFailClearly(ExitCode.Usage, "is of no use at http://");
        (await UpAsync("https://127.0.0.1:0", "--certificate-key", _key)).ShouldFailClearly(ExitCode.Usage, "--certificate FILE");
        (await UpAsync("https://127.0.0.1:0", "--certificate", _own)).ShouldFailClearly(ExitCode.BadInput, "no private key",
            "--certificate-key");
        (await UpAsync("https://127.0.0.1:0", "--certificate", _own, "--certificate-key", other)).ShouldFailClearly(ExitCode.BadInput, _own,
            "cannot be used");
        (await UpAsync("https://127.0.0.1:0", "--certificate", junk, "--certificate-key", _key)).ShouldFailClearly(ExitCode.BadInput,
            "cannot be used");
        (await UpAsync("https://127.0.0.1:0", "--certificate", _pfx)).ShouldFailClearly(ExitCode.BadInput, "--certificate-password-file");
        (await UpAsync("https://127.0.0.1:0", "--certificate", _chain, "--certificate-key", _lockedKey))
            .ShouldFailClearly(ExitCode.BadInput, "--certificate-password-file");
        (await UpAsync("https://127.0.0.1:0", "--certificate", _folder["nowhere.pem"])).ShouldFailClearly(ExitCode.BadInput,
            "nowhere.pem");
    }

    private Task<Finished> UpAsync(string listen, params string[] words) =>
        Databright.CallAsync(_folder["home"], ["up", "--listen", listen, .. words]);

    private static HttpClient Client(X509Certificate2 trusted)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(trusted.Subject == "CN=authority" ? trusted : X509CertificateLoader.LoadCertificate(SelfSigned()));
        return new HttpClient(
            new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy } });
    }

    private static byte[] SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var made = Request("CN=another", key, isAuthority: true).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return made.Export(X509ContentType.Cert);
    }

    private string Write(string name, string text)
    {
        File.WriteAllText(_folder[name], text);
        return _folder[name];
    }

    private static CertificateRequest Request(string subject, ECDsa key, bool isAuthority)
    {
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        if (isAuthority) return request;
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        return request;
    }
}
