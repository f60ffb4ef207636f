namespace DataBright.Storage.Sql;

/// <summary>
/// Whether a database file was cut while it is open. It only ever grows, and SQLite itself goes on from its memory for a while.
/// </summary>
public sealed class FileExtent(string path)
{
    private long _seen;

    /// <summary>Whether it has become shorter, or is gone.</summary>
    public bool IsCut()
    {
        var file = new FileInfo(path);
        var length = file.Exists ? file.Length : -1;
        var before = Interlocked.Read(ref _seen);
        if (length < before) return true;
        Interlocked.Exchange(ref _seen, length);
        return false;
    }

    /// <summary>Notes how long it has become by what was done with it.</summary>
    public void Note()
    {
        var file = new FileInfo(path);
        if (file.Exists && file.Length > Interlocked.Read(ref _seen)) Interlocked.Exchange(ref _seen, file.Length);
    }

    /// <summary>Another file is open now.</summary>
    public void Forget() => Interlocked.Exchange(ref _seen, 0);
}
