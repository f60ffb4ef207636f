namespace DataBright.Market.Storage;

/// <summary>A store that can take a file in for a time. Whoever puts the same file there for good makes it stay.</summary>
public interface ITemporaryBlobs
{
    /// <summary>Takes over a file of this machine as <see cref="IBlobStore.AdoptAsync"/> does, as a guest unless it lives here already.</summary>
    /// <param name="path">The file. Nobody else may write to it.</param>
    /// <param name="tallied">What it was found to be when it was written.</param>
    /// <param name="until">From then on it may be dismissed. For one that is a guest already the new time counts.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="BlobException">It could not be kept, or is not what it was found to be; it is still in its place.</exception>
    Task HostAsync(string path, FileTallied tallied, DateTimeOffset until, CancellationToken stop);

    /// <summary>The guests whose time is over.</summary>
    IReadOnlyList<Cid> Overdue(DateTimeOffset now);

    /// <summary>Makes a guest stay for good.</summary>
    Task KeepAsync(Cid cid, CancellationToken stop);

    /// <summary>Removes a guest whose time is over.</summary>
    /// <returns>False where it is none (any more): somebody else put the file there, or its time was prolonged.</returns>
    Task<bool> DismissAsync(Cid cid, DateTimeOffset now, CancellationToken stop);
}
