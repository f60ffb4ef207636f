namespace DataBright.Market.Storage;

/// <summary>Keeps files under the hash of their content. Everything may be retried: the same bytes have the same address.</summary>
public interface IBlobStore
{
    /// <summary>Stores a file and tells its address. Once this returns, the file survives a crash of the machine.</summary>
    /// <exception cref="BlobException">It could not be kept; nothing of it is left behind.</exception>
    Task<Cid> PutAsync(Stream content, CancellationToken stop);

    /// <summary>Opens a file. No byte is handed out before the chunk it is in has been checked against the address.</summary>
    /// <exception cref="BlobMissingException">The store has no such file.</exception>
    /// <exception cref="BlobDamagedException">What is stored is not what the address says; also thrown while reading.</exception>
    Task<Stream> OpenAsync(Cid cid, CancellationToken stop);

    /// <summary>Whether a file is there. It says nothing about its health.</summary>
    Task<bool> HasAsync(Cid cid, CancellationToken stop);
}

/// <summary>Conveniences over any store.</summary>
public static class BlobStores
{
    public static async Task<Cid> PutAsync(this IBlobStore store, ReadOnlyMemory<byte> content, CancellationToken stop)
    {
        using var stream = new MemoryStream(content.ToArray(), writable: false);
        return await store.PutAsync(stream, stop);
    }

    /// <summary>Reads a whole file of at most <paramref name="limit"/> bytes, so that a stranger's file cannot fill the memory.</summary>
    /// <exception cref="BlobTooLargeException">The file is longer.</exception>
    public static async Task<byte[]> ReadAsync(this IBlobStore store, Cid cid, int limit, CancellationToken stop)
    {
        await using var stream = await store.OpenAsync(cid, stop);
        if (stream.Length > limit) throw new BlobTooLargeException(cid, stream.Length, limit);
        var content = new byte[stream.Length];
        await stream.ReadExactlyAsync(content, stop);
        return content;
    }
}
