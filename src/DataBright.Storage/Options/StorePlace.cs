namespace DataBright.Storage.Options;

/// <summary>A kind of store, and where it keeps its files.</summary>
/// <param name="Kind">One of <see cref="BlobStoreKinds"/>.</param>
/// <param name="Place">A URL or a path, as the kind needs it.</param>
public sealed record StorePlace(string Kind, string Place)
{
    /// <summary>The same place, where a path that is not rooted is one below a folder.</summary>
    internal StorePlace Below(string folder) =>
        Place.Contains("://", StringComparison.Ordinal) ? this : this with { Place = Path.GetFullPath(Place, Path.GetFullPath(folder)) };

    public override string ToString() => Place;
}
