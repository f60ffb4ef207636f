using System.Collections.Concurrent;

namespace DataBright.Market.Storage;

/// <summary>Files in memory, for tests and for what need not outlive the process. Checked on read like any other store.</summary>
public sealed class MemoryBlobStore : IBlobStore
{
    private readonly ConcurrentDictionary<Cid, byte[]> _files = new();

    public async Task<Cid> PutAsync(Stream content, CancellationToken stop)
    {
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy, stop);
        var bytes = copy.ToArray();
        var cid = FileDag.RootOf(bytes);
        _files[cid] = bytes;
        return cid;
    }

    public Task KeepAsync(Cid cid, CancellationToken stop) => Task.CompletedTask;

    public Task<Stream> OpenAsync(Cid cid, CancellationToken stop)
    {
        cid = cid.ToVersion1();
        if (!_files.TryGetValue(cid, out var bytes)) throw new BlobMissingException(cid, "memory");
        if (FileDag.RootOf(bytes) != cid) throw new BlobDamagedException(cid, "in memory", $"its {bytes.Length} bytes have another hash");
        return Task.FromResult<Stream>(new MemoryStream(bytes, writable: false));
    }

    public Task<bool> HasAsync(Cid cid, CancellationToken stop) => Task.FromResult(_files.ContainsKey(cid.ToVersion1()));

    /// <summary>For tests: what the store holds under an address, to be damaged.</summary>
    internal byte[] BytesOf(Cid cid) => _files[cid.ToVersion1()];

    internal void Replace(Cid cid, byte[] bytes) => _files[cid.ToVersion1()] = bytes;
}
