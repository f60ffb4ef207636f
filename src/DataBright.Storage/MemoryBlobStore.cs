namespace DataBright.Storage;

/// <summary>Files in memory, for tests and for what need not outlive the process. Checked on read like any other store.</summary>
public sealed class MemoryBlobStore : IBlobStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Cid, byte[]> _files = [];
    private readonly Dictionary<Cid, DateTimeOffset> _expiries = [];

    /// <summary>All that is here, for nobody else wrote it.</summary>
    public long Growth => Measure();

    public async Task<Cid> PutAsync(Stream content, Retention retention, CancellationToken stop)
    {
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy, stop);
        var bytes = copy.ToArray();
        var cid = FileDag.RootOf(bytes);
        lock (_gate)
        {
            if (retention.End is not { } end) _expiries.Remove(cid);
            else if (_expiries.TryGetValue(cid, out var before)) _expiries[cid] = end > before ? end : before;
            else if (!_files.ContainsKey(cid)) _expiries[cid] = end;
            _files[cid] = bytes;
        }
        return cid;
    }

    public Task<Stream> OpenAsync(Cid cid, CancellationToken stop)
    {
        cid = cid.ToVersion1();
        var bytes = Find(cid) ?? throw new BlobMissingException(cid, "memory");
        if (FileDag.RootOf(bytes) != cid) throw new BlobDamagedException(cid, "in memory", $"its {bytes.Length} bytes have another hash");
        return Task.FromResult<Stream>(new MemoryStream(bytes, writable: false));
    }

    public Task<bool> HasAsync(Cid cid, CancellationToken stop) => Task.FromResult(Find(cid) is not null);

    public Task KeepAsync(Cid cid, CancellationToken stop)
    {
        lock (_gate) _expiries.Remove(cid.ToVersion1());
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<Cid>> ExpiredAsync(DateTimeOffset now, CancellationToken stop)
    {
        lock (_gate) return Task.FromResult<IReadOnlyList<Cid>>(
            [.. _expiries.Where(expiry => expiry.Value <= now).Select(expiry => expiry.Key)]);
    }

    public Task<bool> RemoveExpiredAsync(Cid cid, DateTimeOffset now, CancellationToken stop)
    {
        cid = cid.ToVersion1();
        lock (_gate)
        {
            if (!_expiries.TryGetValue(cid, out var end) || end > now) return Task.FromResult(false);
            _expiries.Remove(cid);
            _files.Remove(cid);
            return Task.FromResult(true);
        }
    }

    public long Measure()
    {
        lock (_gate) return _files.Values.Sum(bytes => (long)bytes.Length);
    }

    /// <summary>For tests: what the store holds under an address, to be damaged.</summary>
    internal byte[] BytesOf(Cid cid) => Find(cid)!;

    internal void Replace(Cid cid, byte[] bytes)
    {
        lock (_gate) _files[cid.ToVersion1()] = bytes;
    }

    private byte[]? Find(Cid cid)
    {
        lock (_gate) return _files.GetValueOrDefault(cid.ToVersion1());
    }
}
