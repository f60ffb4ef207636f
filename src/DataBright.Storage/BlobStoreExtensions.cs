namespace DataBright.Storage;

/// <summary>Conveniences over any store.</summary>
public static class BlobStoreExtensions
{
    /// <summary>Stores a file for good.</summary>
    /// <inheritdoc cref="IBlobStore.PutAsync"/>
    public static Task<Cid> PutAsync(this IBlobStore store, Stream content, CancellationToken stop) =>
        store.PutAsync(content, Retention.ForGood, stop);

    /// <inheritdoc cref="PutAsync(IBlobStore, Stream, CancellationToken)"/>
    public static Task<Cid> PutAsync(this IBlobStore store, ReadOnlyMemory<byte> content, CancellationToken stop) =>
        store.PutAsync(content, Retention.ForGood, stop);

    /// <inheritdoc cref="IBlobStore.PutAsync"/>
    public static async Task<Cid> PutAsync(this IBlobStore store, ReadOnlyMemory<byte> content, Retention retention, CancellationToken stop)
    {
        using var stream = new MemoryStream(content.ToArray(), writable: false);
        return await store.PutAsync(stream, retention, stop);
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
