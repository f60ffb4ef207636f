using System.Net;
using DataBright.Compute.Hostile;
using DataBright.Compute.Ledger;
using DataBright.Compute.Points;
using DataBright.Compute.Referees;
using DataBright.Compute.Scheduler;
using DataBright.Compute.Scheduler.Stores;
using DataBright.Ethereum;
using DataBright.Node.Configuration;
using DataBright.Node.Ledger;
using DataBright.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace DataBright.Node.Tests.Hostile;

/// <summary>A node whose scheduler cannot write its database is not ready, and says why.</summary>
public sealed class SchedulerTroubleTests
{
    [Fact]
    public async Task A_node_is_ready_again_when_its_scheduler_can_write()
    {
        var stop = TestContext.Current.CancellationToken;
        var isFull = true;
        var ledger = FaultySeam<IJobLedger>.Before(null!,
            (_, _) => isFull ? new SchedulerStoreException("The disk is full.") : new LedgerUnavailableException("away"));
        using var key = EthereumKey.Generate();
        var scheduler = new SchedulerHost(
            key, ledger, new MemorySchedulerStore(), new MemoryBlobStore(), FaultySeam<IShardSource>.Before(null!, (_, _) => null),
            FaultySeam<IReferee>.Before(null!, (_, _) => null), () => Hash32.Zero, TimeProvider.System,
            new SchedulerTerms { LedgerInterval = TimeSpan.FromMilliseconds(20) });
        var blobs = new MemoryBlobStore();
        using var discussion = await SampleDiscussion.BeginAsync(blobs);
        var market = new SampleMarket(await blobs.PutAsync(new byte[1], stop));
        var options = new NodeOptions { Home = Path.Combine(Path.GetTempPath(), "databright-full-scheduler"),
            Chain = new Uri("http://127.0.0.1:1") };
        await using var node = await NodeHost.StartAsync(options, services => SampleNode.AddRealServices(services, market, discussion)
            .AddSingleton<IBlobStore>(blobs).AddSingleton(new LedgerPulse()).AddSingleton(scheduler), stop);
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = node.Address };
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var running = scheduler.RunAsync(_ => { }, end.Token);

        (await UntilAsync(http, HttpStatusCode.ServiceUnavailable, stop)).ShouldContain("The disk is full.");

        isFull = false;
        await UntilAsync(http, HttpStatusCode.OK, stop);
        await end.CancelAsync();
        await running;
    }

    private static async Task<string> UntilAsync(HttpClient http, HttpStatusCode wanted, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        while (true)
        {
            using var ready = await http.GetAsync("/ready", patience.Token);
            if (ready.StatusCode == wanted) return await ready.Content.ReadAsStringAsync(patience.Token);
            await Task.Delay(20, patience.Token);
        }
    }
}
