using DataBright.Node.Configuration;
using DataBright.Node.Tests.Uploads;
using DataBright.Node.Watching;
using DataBright.Services.Uploads;
using DataBright.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace DataBright.Node.Tests.Watching;

/// <summary>A node over the sample market with a data folder of its own, and what it is watched by.</summary>
internal sealed class WatchedNode : IAsyncDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("databright-watched");
    private SampleDiscussion? _discussion;
    private NodeHost? _host;

    public Watch Watch { get; private set; } = null!;

    public HttpClient Http { get; private set; } = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<WatchedNode> StartAsync(WatchOptions options)
    {
        var node = new WatchedNode();
        try
        {
            node.Watch = await Watch.StartAsync(options, Stop);
            node._discussion = await SampleDiscussion.BeginAsync(new MemoryBlobStore());
            var blobs = new FolderBlobStore(Path.Combine(node._home.FullName, "blobs"));
            await blobs.PutAsync(new byte[1_000], Stop);
            var terms = new UploadTerms { OpenOnThisMachine = true, DiskFloor = 0 };
            node._host = await NodeHost.StartAsync(
                new NodeOptions { Home = node._home.FullName, Chain = new Uri("http://127.0.0.1:1"), Uploads = terms, Watch = node.Watch },
                services => SampleNode.AddRealServices(services, new SampleMarket(Cid.Raw(Digest.Of("none"u8))), node._discussion)
                    .AddSingleton<IBlobStore>(blobs).AddHostedService<Node.Storage.BlobStoreSize>()
                    .AddSingleton(new UploadStatements(UploadNode.Market)),
                Stop);
            node.Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false,
                ActivityHeadersPropagator = null }) { BaseAddress = node._host.Address };
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>What the metrics are now.</summary>
    public async Task<(string Text, Exposition Read)> ScrapeAsync()
    {
        var text = await Http.GetStringAsync(Watch.Metrics, Stop);
        return (text, Exposition.Read(text));
    }

    /// <summary>Waits for what the node counts after it has answered.</summary>
    public async Task<Exposition> UntilAsync(Func<Exposition, bool> holds)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            var (_, read) = await ScrapeAsync();
            if (holds(read)) return read;
            await tick.WaitForNextTickAsync(Stop);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        if (_host is not null) await _host.DisposeAsync();
        if (Watch is not null) await Watch.DisposeAsync();
        _discussion?.Dispose();
        _home.Delete(recursive: true);
    }
}
