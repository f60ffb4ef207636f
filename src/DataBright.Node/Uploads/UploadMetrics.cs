using System.Diagnostics.Metrics;
using DataBright.Ethereum;

namespace DataBright.Node.Uploads;

/// <summary>How an upload ended.</summary>
internal enum UploadEnd
{
    Finished,

    /// <summary>The bytes were not those that were announced.</summary>
    Mismatched,

    Deleted,

    /// <summary>It was not finished in time.</summary>
    Expired,
}

/// <summary>What is counted of uploads; nothing of whose they are or what they are called.</summary>
internal sealed class UploadMetrics
{
    private readonly Counter<long> _begun;
    private readonly Counter<long> _ended;
    private readonly Counter<long> _received;

    public UploadMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(ChainMetrics.Name);
        _begun = meter.CreateCounter<long>("databright.uploads.begun", "{upload}", "Uploads that were begun.");
        _ended = meter.CreateCounter<long>("databright.uploads.ended", "{upload}", "Uploads that ended, by how.");
        _received = meter.CreateCounter<long>("databright.uploads.received", "By", "Bytes of uploads that were written to the disk.");
    }

    public void Begin() => _begun.Add(1);

    public void Receive(long bytes)
    {
        if (bytes > 0) _received.Add(bytes);
    }

    public void End(UploadEnd how) => _ended.Add(1, new KeyValuePair<string, object?>("outcome", how.ToString().ToLowerInvariant()));
}
