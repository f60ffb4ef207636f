namespace DataBright.Storage;

/// <summary>A file could not be kept or given back. The message says which one and what to do.</summary>
public abstract class BlobException(FailureKind kind, string message, Exception? cause = null) : DataBrightException(kind, message, cause);

/// <summary>The store does not have the file.</summary>
public sealed class BlobMissingException(Cid cid, string store)
    : BlobException(FailureKind.NotFound,
        $"The file {cid} is not in {store}. Fetch it from another store, or ask its contributor to add it again.")
{
    public Cid Cid { get; } = cid;
}

/// <summary>The stored bytes do not hash to their address.</summary>
public sealed class BlobDamagedException(Cid cid, string place, string what)
    : BlobException(FailureKind.Damaged, $"The file {cid} is damaged: {what} ({place}). Delete it and add it again from a good copy.")
{
    public Cid Cid { get; } = cid;
}

/// <summary>The file is longer than its reader allows.</summary>
public sealed class BlobTooLargeException(Cid cid, long length, long limit)
    : BlobException(FailureKind.Invalid, $"The file {cid} has {length} bytes; at most {limit} are accepted here.")
{
    public Cid Cid { get; } = cid;
}

/// <summary>The disk is full. The file that was being written has been removed again.</summary>
public sealed class StoreFullException(string store, Exception cause)
    : BlobException(FailureKind.Full, $"The disk under {store} is full; nothing was stored. Free some space and try again.", cause);
