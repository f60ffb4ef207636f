using DataBright.Storage;

namespace DataBright.Compute.Worlds;

/// <summary>Counts how often each file is asked for.</summary>
internal sealed class CountingBlobs(IBlobStore blobs) : PassingBlobs(blobs)
{
    private readonly Dictionary<Cid, int> _reads = [];

    public int Reads(Cid cid) => _reads.GetValueOrDefault(cid);

    public override Task<Stream> OpenAsync(Cid cid, CancellationToken stop)
    {
        _reads[cid] = _reads.GetValueOrDefault(cid) + 1;
        return base.OpenAsync(cid, stop);
    }
}
