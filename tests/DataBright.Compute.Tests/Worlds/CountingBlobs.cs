using DataBright.Market.Storage;

namespace DataBright.Compute.Worlds;

/// <summary>Counts how often each file is asked for.</summary>
internal sealed class CountingBlobs(IBlobStore blobs) : IBlobStore
{
    private readonly Dictionary<Cid, int> _reads = [];

    public int Reads(Cid cid) => _reads.GetValueOrDefault(cid);

    public Task<Cid> PutAsync(Stream content, CancellationToken stop) => blobs.PutAsync(content, stop);

    public Task KeepAsync(Cid cid, CancellationToken stop) => blobs.KeepAsync(cid, stop);

    public Task<Stream> OpenAsync(Cid cid, CancellationToken stop)
    {
        _reads[cid] = _reads.GetValueOrDefault(cid) + 1;
        return blobs.OpenAsync(cid, stop);
    }

    public Task<bool> HasAsync(Cid cid, CancellationToken stop) => blobs.HasAsync(cid, stop);
}
