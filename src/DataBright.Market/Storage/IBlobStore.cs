namespace DataBright.Market.Storage;

/// <summary>Keeps files under the hash of their content. Everything may be retried: the same bytes have the same address.</summary>
public interface IBlobStore
{
    /// <summary>Stores a file and tells its address. Once this returns, the file survives a crash of the machine.</summary>
    /// <exception cref="BlobException">It could not be kept; nothing of it is left behind.</exception>
    Task<Cid> PutAsync(Stream content, CancellationToken stop);

    /// <summary>
    /// Stores a file that nobody needs after a time: from then on it may be removed, unless it is stored for good as well.
    /// </summary>
    /// <inheritdoc cref="PutAsync(Stream, CancellationToken)"/>
    Task<Cid> PutAsync(Stream content, DateTimeOffset until, CancellationToken stop) => PutAsync(content, stop);

    /// <summary>Makes a file that was stored for a time stay; a store that keeps everything has nothing to do.</summary>
    Task KeepAsync(Cid cid, CancellationToken stop);

    /// <summary>Takes over a file of this machine, which is gone from its place afterwards. A store on the same disk need not copy it.</summary>
    /// <param name="path">The file. Nobody else may write to it.</param>
    /// <param name="tallied">What it was found to be when it was written.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="BlobException">It could not be kept, or is not what it was found to be; it is still in its place.</exception>
    async Task AdoptAsync(string path, FileTallied tallied, CancellationToken stop)
    {
        await using (var file = File.OpenRead(path))
            if (await PutAsync(file, stop) is var stored && stored != tallied.Cid) throw new BlobDamagedException(tallied.Cid, path, $"its bytes have the address {stored}");
        File.Delete(path);
    }

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

    /// <inheritdoc cref="IBlobStore.PutAsync(Stream, DateTimeOffset, CancellationToken)"/>
    public static async Task<Cid> PutAsync(this IBlobStore store, ReadOnlyMemory<byte> content, DateTimeOffset until,
        CancellationToken stop)
    {
        using var stream = new MemoryStream(content.ToArray(), writable: false);
        return await store.PutAsync(stream, until, stop);
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
