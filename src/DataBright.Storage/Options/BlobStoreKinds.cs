namespace DataBright.Storage.Options;

/// <summary>
/// The kinds of store that an installation can keep its files in, by the name that <see cref="StorageOptions"/> calls them.
/// </summary>
public static class BlobStoreKinds
{
    internal const string Folder = "folder";

    private static readonly Dictionary<string, Func<string, IBlobStore>> Kinds = new(StringComparer.Ordinal)
    {
        [Folder] = path => new FolderBlobStore(path),
    };

    public static IEnumerable<string> Names => Kinds.Keys;

    /// <exception cref="StorageOptionsException">There is no such kind.</exception>
    public static IBlobStore Open(StorePlace place) => Kinds.TryGetValue(place.Kind, out var open)
        ? open(place.Place)
        : throw new StorageOptionsException(
            $"'{place.Kind}' is no kind of store for files. {StorageOptions.FileName} may say: {string.Join(", ", Names)}.");
}
