using System.Diagnostics.Metrics;
using DataBright.Ethereum;
using DataBright.Node.Roles;
using DataBright.Storage;

namespace DataBright.Node.Storage;

/// <summary>
/// Bytes that the blob store holds. Other processes write to it too, so it is measured every 15 minutes; in between the figure follows
/// what this process adds and removes. Nothing is measured unless the gauge is observed.
/// </summary>
internal sealed class BlobStoreSize : BackgroundRole
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(15);

    private readonly IBlobStore _store;
    private readonly ObservableGauge<long> _size;
    private readonly TimeProvider _clock;
    private readonly ILogger<BlobStoreSize> _log;
    private Measured? _last;

    public BlobStoreSize(IBlobStore store, IMeterFactory meters, TimeProvider clock, ILogger<BlobStoreSize> log)
        : base("Measuring the blob store", clock, log)
    {
        (_store, _clock, _log) = (store, clock, log);
        _size = meters.Create(ChainMetrics.Name).CreateObservableGauge<long>(
            "databright.blobs.size", () => Bytes is { } bytes ? [new(bytes)] : [], "By",
            "Bytes in the blob store; absent until it was gone through once.");
    }

    private long? Bytes => Volatile.Read(ref _last) is { } last ? Math.Max(0, last.Bytes + _store.Growth - last.Growth) : null;

    protected override async Task RunAsync(CancellationToken stop)
    {
        if (!_size.Enabled) return;
        while (true)
        {
            await Task.Run(Look, stop);
            WentWell();
            await Task.Delay(Interval, _clock, stop);
        }
    }

    private void Look()
    {
        try
        {
            // Before it is gone through: a file that is added meanwhile may count twice until the next time, and none is missing.
            var growth = _store.Growth;
            Volatile.Write(ref _last, new Measured(_store.Measure(), growth));
        }
        catch (Exception gone) when (gone.IsOfFile())
        {
            // A file may go while it is looked at; the figure of before stays.
            _log.LogDebug("The blob store could not be measured: {Fault}", gone.GetType().Name);
        }
    }

    private sealed record Measured(long Bytes, long Growth);
}
