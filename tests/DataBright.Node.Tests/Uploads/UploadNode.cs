using System.Globalization;
using System.Net.Http.Headers;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Node.Configuration;
using DataBright.Node.Uploads;
using DataBright.Services.Uploads;
using DataBright.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace DataBright.Node.Tests.Uploads;

/// <summary>A node on a real port with a data folder of its own, which can be stopped and started again on it.</summary>
internal sealed class UploadNode : IAsyncDisposable
{
    public static readonly MarketAddresses Market = MarketWords.AddressesAt(31_337, 0, (place, _) => Account((byte)(place + 1)));

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("databright-upload");
    private SampleDiscussion? _discussion;
    private NodeHost? _host;

    public UploadTerms Terms { get; set; } = new() { OpenOnThisMachine = true, DiskFloor = 0 };

    public MovableClock Clock { get; } = new();

    /// <summary>Accounts that have money.</summary>
    public HashSet<Address> Rich { get; } = [];

    public HttpClient Http { get; private set; } = null!;

    public Uri Address => _host!.Address;

    public string Folder => Path.Combine(_home.FullName, "uploads");

    public FolderBlobStore Blobs => new(Path.Combine(_home.FullName, "blobs"));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<UploadNode> StartAsync(UploadTerms? terms = null)
    {
        var node = new UploadNode();
        if (terms is not null) node.Terms = terms;
        await node.StartAgainAsync();
        return node;
    }

    public async Task StartAgainAsync()
    {
        await StopAsync();
        _discussion ??= await SampleDiscussion.BeginAsync(new MemoryBlobStore());
        var options = new NodeOptions { Home = _home.FullName, Chain = new Uri("http://127.0.0.1:1"), Uploads = Terms };
        _host = await NodeHost.StartAsync(options,
            services => SampleNode.AddRealServices(services, new SampleMarket(Cid.Raw(Digest.Of("none"u8))), _discussion)
            .AddSingleton<TimeProvider>(Clock)
            .AddSingleton(new UploadStatements(Market))
            .AddSingleton<IUploadStanding>(new Standing(Rich)), Stop);
        Http?.Dispose();
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = _host.Address };
    }

    public async Task StopAsync()
    {
        if (_host is not null) await _host.DisposeAsync();
        _host = null;
    }

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        await StopAsync();
        _discussion?.Dispose();
        _home.Delete(recursive: true);
    }

    /// <summary>Sends a request as tus wants it.</summary>
    public async Task<HttpResponseMessage> SendAsync(string method, string path, HttpContent? content = null,
        params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = content };
        if (!headers.Any(header => header.Name == UploadHeaders.Resumable))
            request.Headers.Add(UploadHeaders.Resumable, UploadHeaders.Version);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
    }

    /// <returns>The path of a new upload.</returns>
    public async Task<string> BeginAsync(long length, params (string Name, string Value)[] headers)
    {
        using var answer = await SendAsync("POST", "/api/v1/uploads", null,
            [(UploadHeaders.Length, length.ToString(CultureInfo.InvariantCulture)), .. headers]);
        answer.StatusCode.ShouldBe(System.Net.HttpStatusCode.Created, await answer.Content.ReadAsStringAsync(Stop));
        return answer.Headers.Location!.ToString();
    }

    public Task<HttpResponseMessage> PieceAsync(string upload, long offset, byte[] bytes, params (string Name, string Value)[] headers)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue(UploadHeaders.ContentType);
        return SendAsync("PATCH", upload, content, [(UploadHeaders.Offset, offset.ToString(CultureInfo.InvariantCulture)), .. headers]);
    }

    public async Task<long?> OffsetAsync(string upload)
    {
        using var answer = await SendAsync("HEAD", upload);
        return answer.IsSuccessStatusCode ? long.Parse(Header(answer, UploadHeaders.Offset)!, CultureInfo.InvariantCulture) : null;
    }

    public static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? values.Single() : null;

    public static byte[] Content(int length, int seed = 1)
    {
        var bytes = new byte[length];
        for (int i = 0; i < length; i++) bytes[i] = (byte)(seed * 31 + i * 7 + (i >> 8) * 13);
        return bytes;
    }

    private static Address Account(byte last)
    {
        var bytes = new byte[Ethereum.Address.Size];
        bytes[^1] = last;
        return new Address(bytes);
    }

    private sealed class Standing(HashSet<Address> rich) : IUploadStanding
    {
        public Task<bool> HasAsync(Address account, CancellationToken stop) => Task.FromResult(rich.Contains(account));
    }
}

/// <summary>A clock whose hands a test moves; waiting still takes its time.</summary>
internal sealed class MovableClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;
}
