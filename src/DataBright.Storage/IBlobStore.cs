namespace DataBright.Storage;

/// <summary>Keeps files under the hash of their content. Everything may be retried: the same bytes have the same address.</summary>
/// <remarks>
/// A file that is stored several times is kept for the longest of the times, and for good once anybody has stored it for good. Whether it
/// is still of use when it expires, the store does not know: whoever does removes it, or keeps it.
/// </remarks>
public interface IBlobStore
{
    /// <summary>
    /// Bytes of the files that this object has added, less those it has removed: by how much <see cref="Measure"/> has changed through it.
    /// </summary>
    long Growth { get; }

    /// <summary>Stores a file and tells its address. Once this returns, the file survives a crash of the machine.</summary>
    /// <exception cref="BlobException">It could not be kept; nothing of it is left behind.</exception>
    Task<Cid> PutAsync(Stream content, Retention retention, CancellationToken stop);

    /// <summary>
    /// Takes over a file of this machine, which is gone from its place afterwards. A store on the same disk need not copy it.
    /// </summary>
    /// <param name="path">The file. Nobody else may write to it.</param>
    /// <param name="tallied">What it was found to be when it was written.</param>
    /// <param name="retention">How long it has to be kept.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="BlobException">It could not be kept, or is not what it was found to be; it is still in its place.</exception>
    async Task AdoptAsync(string path, FileTallied tallied, Retention retention, CancellationToken stop)
    {
        await using (var file = File.OpenRead(path))
        {
            var stored = await PutAsync(file, retention, stop);
            if (stored != tallied.Cid) throw new BlobDamagedException(tallied.Cid, path, $"its bytes have the address {stored}");
        }
        File.Delete(path);
    }

    /// <summary>Opens a file. No byte is handed out before the chunk it is in has been checked against the address.</summary>
    /// <exception cref="BlobMissingException">The store has no such file.</exception>
    /// <exception cref="BlobDamagedException">What is stored is not what the address says; also thrown while reading.</exception>
    Task<Stream> OpenAsync(Cid cid, CancellationToken stop);

    /// <summary>Whether a file is there. It says nothing about its health.</summary>
    Task<bool> HasAsync(Cid cid, CancellationToken stop);

    /// <summary>Makes a file that was stored for a time stay for good.</summary>
    Task KeepAsync(Cid cid, CancellationToken stop);

    /// <summary>The files whose time is over.</summary>
    Task<IReadOnlyList<Cid>> ExpiredAsync(DateTimeOffset now, CancellationToken stop);

    /// <summary>Removes a file whose time is over.</summary>
    /// <returns>False where there is none (any more): somebody stored the file for good, or for longer.</returns>
    Task<bool> RemoveExpiredAsync(Cid cid, DateTimeOffset now, CancellationToken stop);

    /// <summary>Bytes of all files, whoever stored them. May look at each of them, so not whenever somebody asks.</summary>
    long Measure();
}
