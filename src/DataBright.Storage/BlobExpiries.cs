using System.Globalization;

namespace DataBright.Storage;

/// <summary>Which files of a folder are kept for a time, and until when: one entry a file, named by its CID.</summary>
/// <remarks>
/// Several processes write to one folder. An entry is made before it is known whether the file is there already, and gets its time only
/// when that is known: so a process that is killed in between leaves an entry that never expires, and no file too few. Writers who store
/// a file for good look for an entry before and after, without taking a turn unless there is one.
/// </remarks>
internal sealed class BlobExpiries(string folder)
{
    private const string TurnFile = "turn";

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    public bool Has(Cid cid) => File.Exists(EntryOf(cid));

    public void Begin(Cid cid) => AtomicFile.Write(EntryOf(cid), []);

    /// <summary>Notes the time, in Unix seconds.</summary>
    public void Enter(Cid cid, long until) =>
        AtomicFile.Write(EntryOf(cid), System.Text.Encoding.ASCII.GetBytes(until.ToString(CultureInfo.InvariantCulture)));

    public void Remove(Cid cid)
    {
        if (Has(cid)) File.Delete(EntryOf(cid));
    }

    public bool IsExpired(Cid cid, DateTimeOffset now) => TimeOf(cid) <= now.ToUnixTimeSeconds();

    /// <summary>Until when a file is kept, in Unix seconds; null where none has been entered.</summary>
    public long? TimeOf(Cid cid) =>
        Has(cid) && long.TryParse(File.ReadAllText(EntryOf(cid)), NumberStyles.None, CultureInfo.InvariantCulture, out long until)
            ? until : null;

    public IReadOnlyList<Cid> Expired(DateTimeOffset now)
    {
        if (!Directory.Exists(folder)) return [];
        var expired = new List<Cid>();
        foreach (var path in Directory.EnumerateFiles(folder))
            if (Cid.TryParse(Path.GetFileName(path), out var cid) && IsExpired(cid, now)) expired.Add(cid);
        return expired;
    }

    /// <summary>One at a time, over all processes. What is done within a turn takes no longer than a rename.</summary>
    public async Task<IDisposable> TurnAsync(CancellationToken stop)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, TurnFile);
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException taken) when (!taken.IsDiskFull())
            {
                await Task.Delay(Look, stop);
            }
        }
    }

    private string EntryOf(Cid cid) => Path.Combine(folder, cid.ToVersion1().ToString());
}
