using DataBright.Failures;
using DataBright.Node.Configuration;
using DataBright.Storage;

namespace DataBright.Node.Uploads;

/// <summary>
/// Uploads that are under way. A file arrives in pieces, over many connections and across restarts; when its last byte is here, its
/// address is what its bytes hash to, whatever the client says, and it moves into the store, for a time until the ledger names it.
/// </summary>
internal sealed class UploadManager(
    UploadFiles files, UploadTerms terms, IBlobStore blobs, TimeProvider clock, Func<string, long> freeBytes, UploadMetrics? metrics = null,
    ILogger<UploadManager>? log = null)
    : IDisposable
{
    private static readonly RetryTerms Sweeping = new(TimeSpan.FromMinutes(10), TimeSpan.FromDays(1));

    private readonly Lock _gate = new();
    private readonly RetryBook<UploadId> _failed = new(Sweeping, clock);
    private Dictionary<UploadId, Entry>? _entries;

    public UploadTerms Terms => terms;

    /// <summary>Begins an upload.</summary>
    /// <param name="uploader">Whose it is.</param>
    /// <param name="length">Bytes of the file.</param>
    /// <param name="metadata">What is said about it, such as the address that it must have in the end.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="UploadRefusedException">It is too long, there are too many, or there is no room.</exception>
    public async Task<UploadState> CreateAsync(string uploader, long length, UploadMetadata metadata, CancellationToken stop)
    {
        if (length > terms.MaxBytes)
            throw new UploadRefusedException(StatusCodes.Status413PayloadTooLarge,
                $"A file may have {terms.MaxBytes} bytes here; this one would have {length}.");
        var facts = new UploadFacts(uploader, length, metadata.Expected?.ToVersion1(), clock.GetUtcNow() + terms.Lifetime,
            Metadata: metadata.Header);
        Entry entry;
        try
        {
            entry = Begin(uploader, facts);
        }
        catch (IOException full) when (full.IsDiskFull())
        {
            throw UploadRefusedException.DiskFull("its disk is full.");
        }
        metrics?.Begin();
        return await UseAsync(entry, () => FinishIfWholeAsync(entry, stop));
    }

    /// <summary>
    /// How far an upload is. One that is whole and was not put away, because the node was killed at that moment, is put away now.
    /// </summary>
    /// <exception cref="UploadRefusedException">There is no such upload of this account's.</exception>
    public async Task<UploadState> FindAsync(UploadId id, string uploader, CancellationToken stop)
    {
        Entry entry;
        lock (_gate)
        {
            entry = Require(id, uploader);
            if (entry.IsBusy || entry.Facts.Finished is not null || entry.Offset < entry.Facts.Length) return entry.State;
            entry.IsBusy = true;
        }
        return await UseAsync(entry, () => FinishIfWholeAsync(entry, stop));
    }

    /// <summary>Takes a piece that begins where the last one ended.</summary>
    /// <exception cref="UploadRefusedException">It does not, another piece is just arriving, or the file is not what was
    /// announced.</exception>
    public async Task<UploadState> AppendAsync(UploadId id, string uploader, long offset, Stream piece, UploadChecksum? checksum,
        CancellationToken stop)
    {
        var entry = Take(id, uploader);
        return await UseAsync(entry, async () =>
        {
            if (offset != entry.Offset)
                throw new UploadRefusedException(StatusCodes.Status409Conflict,
                    $"{entry.Offset} bytes of this upload are here; a piece that begins at {offset} does not follow them. Ask with HEAD "
                    + "where to go on.");
            if (entry.Facts.Finished is not null) return;
            if (freeBytes(files.Folder) < terms.DiskFloor)
                throw UploadRefusedException.DiskFull($"less than {terms.DiskFloor} bytes of its disk are free.");
            entry.File ??= UploadFile.Open(files.PathOf(id));
            try
            {
                await entry.File.AppendAsync(piece, entry.Facts.Length, checksum, stop);
            }
            finally
            {
                metrics?.Receive(entry.File.Offset - entry.Offset);
                entry.Offset = entry.File.Offset;
            }
            await FinishIfWholeAsync(entry, stop);
        });
    }

    /// <summary>Gives an upload up. A finished file stays where it is, and counts for its uploader until it would have expired.</summary>
    /// <exception cref="UploadRefusedException">There is no such upload of this account's, or a piece is just arriving.</exception>
    public void Remove(UploadId id, string uploader)
    {
        var entry = Take(id, uploader);
        lock (_gate)
        {
            metrics?.End(UploadEnd.Deleted);
            if (entry.Facts.Finished is null) Forget(entry);
            else (entry.IsGivenUp, entry.IsBusy) = (true, false);
        }
    }

    /// <summary>Removes what has expired.</summary>
    public int Sweep()
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            Entry[] late = [.. Entries.Values.Where(entry => entry.Facts.Expires <= now && !entry.IsBusy && _failed.IsDue(entry.Id))];
            return late.Count(TrySweep);
        }
    }

    public void Dispose()
    {
        lock (_gate)
            foreach (var (_, entry) in _entries ?? []) entry.File?.Dispose();
    }

    private Dictionary<UploadId, Entry> Entries => _entries ??= Load();

    private Entry Begin(string uploader, UploadFacts facts)
    {
        var entry = new Entry(UploadId.Fresh(), facts) { IsBusy = true };
        lock (_gate)
        {
            Sweep();
            RequireRoom(uploader, facts.Length);
            Entries.Add(entry.Id, entry);
        }
        try
        {
            // The disk is waited for outside the gate: nobody else's upload waits with it.
            files.Write(entry.Id, facts);
            return entry;
        }
        catch
        {
            lock (_gate) Entries.Remove(entry.Id);
            throw;
        }
    }

    /// <summary>Called under the gate. One that cannot be removed is tried again later, and keeps none of the others.</summary>
    private bool TrySweep(Entry entry)
    {
        try
        {
            Forget(entry);
            if (entry.Facts.Finished is null) metrics?.End(UploadEnd.Expired);
            _failed.Forget(entry.Id);
            return true;
        }
        catch (Exception fault) when (fault.IsOfFile())
        {
            Entries[entry.Id] = entry;
            Tell(entry.Id, "Removing the expired upload", fault);
            return false;
        }
    }

    private void Tell(UploadId id, string what, Exception fault)
    {
        var step = _failed.Fail(id, fault);
        if (step.IsNews) log?.LogWarning("{Fault}", step.Tell($"{what} {id}", ""));
    }

    /// <summary>Called under the gate.</summary>
    private void RequireRoom(string uploader, long length)
    {
        var open = Entries.Values.Where(entry => entry.Facts.Finished is null).ToArray();
        if (open.Length >= terms.MaxOpen)
            throw new UploadRefusedException(StatusCodes.Status429TooManyRequests,
                $"{open.Length} uploads are under way here, and that is all there may be. Try again when some have ended.");
        var own = Entries.Values.Where(entry => entry.Facts.Uploader == uploader).ToArray();
        if (own.Count(entry => entry.Facts.Finished is null) is var mine && mine >= terms.MaxOpenEach)
            throw new UploadRefusedException(StatusCodes.Status429TooManyRequests,
                $"You have {mine} unfinished uploads here, and that is all you may have. Finish or delete one.");
        if (own.Length >= terms.MaxEach)
            throw new UploadRefusedException(StatusCodes.Status429TooManyRequests,
                $"You may upload {terms.MaxEach} files within {terms.Lifetime.TotalHours:0.#} hours. Put more points into one.");
        if (own.Sum(entry => entry.Facts.Length) is var sum && sum + length > terms.MaxBytesEach)
            throw new UploadRefusedException(StatusCodes.Status429TooManyRequests,
                $"You may upload {terms.MaxBytesEach} bytes within {terms.Lifetime.TotalHours:0.#} hours, and {sum} are taken.");
        var promised = open.Sum(entry => entry.Facts.Length - entry.Offset);
        Directory.CreateDirectory(files.Folder);
        if (freeBytes(files.Folder) - promised - length < terms.DiskFloor)
            throw UploadRefusedException.DiskFull($"{length} bytes do not fit beside what was promised to others.");
    }

    private Entry Take(UploadId id, string uploader)
    {
        lock (_gate)
        {
            var entry = Require(id, uploader);
            if (entry.IsBusy)
                throw new UploadRefusedException(StatusCodes.Status423Locked,
                    "Another piece of this upload is just arriving. Wait for its end and ask with HEAD where to go on.");
            entry.IsBusy = true;
            return entry;
        }
    }

    /// <summary>Called under the gate.</summary>
    private Entry Require(UploadId id, string uploader) =>
        Entries.TryGetValue(id, out var entry) && entry.Facts.Uploader == uploader && !entry.IsGivenUp
            && entry.Facts.Expires > clock.GetUtcNow() ? entry : throw UploadRefusedException.Unknown($"{id}");

    private async Task<UploadState> UseAsync(Entry entry, Func<Task> work)
    {
        try
        {
            await work();
            return entry.State;
        }
        catch (StoreFullException full)
        {
            throw UploadRefusedException.DiskFull(full.Message);
        }
        catch (IOException full) when (full.IsDiskFull())
        {
            throw UploadRefusedException.DiskFull("its disk is full.");
        }
        finally
        {
            lock (_gate) entry.IsBusy = false;
        }
    }

    private async Task FinishIfWholeAsync(Entry entry, CancellationToken stop)
    {
        if (entry.Facts.Finished is not null || entry.Offset < entry.Facts.Length) return;
        var path = files.PathOf(entry.Id);
        entry.File ??= UploadFile.Open(path);
        var total = await entry.File.TotalAsync(stop);
        if (entry.Facts.Expected is { } expected && expected != total.Cid)
        {
            lock (_gate) Forget(entry);
            metrics?.End(UploadEnd.Mismatched);
            throw new UploadRefusedException(StatusCodes.Status422UnprocessableEntity,
                $"The {total.Length} bytes have the address {total.Cid}, not {expected} as was announced. They were thrown away; send the "
                + "right file.");
        }

        entry.File.Dispose();
        entry.File = null;
        var unfinished = entry.Facts;
        // The facts first: where the process ends between the two, the bytes are still here and are put away when they are asked about.
        files.Write(entry.Id, unfinished with { Finished = total.Cid });
        try
        {
            await blobs.AdoptAsync(path, total, Retention.Until(clock.GetUtcNow() + terms.Keep), stop);
        }
        catch (Exception) when (!File.Exists(path))
        {
            // The store has the bytes: what failed was to note until when it keeps them, and so it keeps them.
        }
        catch
        {
            files.Write(entry.Id, unfinished);
            throw;
        }
        entry.Facts = unfinished with { Finished = total.Cid };
        metrics?.End(UploadEnd.Finished);
        File.Delete(UploadFile.MarkOf(path));
    }

    /// <summary>Called under the gate.</summary>
    private void Forget(Entry entry)
    {
        Entries.Remove(entry.Id);
        entry.File?.Dispose();
        entry.File = null;
        files.Remove(entry.Id);
    }

    private Dictionary<UploadId, Entry> Load()
    {
        var entries = new Dictionary<UploadId, Entry>();
        foreach (var (id, facts) in files.ReadAll((id, fault) => Tell(id, "Reading the upload", fault)))
            try
            {
                entries.Add(id, Read(id, facts));
            }
            catch (Exception fault) when (fault.IsOfFile())
            {
                // It is unknown until the next start; the others are not.
                Tell(id, "Reading the upload", fault);
            }
        return entries;
    }

    private Entry Read(UploadId id, UploadFacts facts)
    {
        if (!File.Exists(files.PathOf(id))) return new Entry(id, facts) { Offset = facts.Finished is not null ? facts.Length : 0 };
        var file = UploadFile.Open(files.PathOf(id));
        return new Entry(id, facts with { Finished = null }) { File = file, Offset = file.Offset };
    }

    private sealed class Entry(UploadId id, UploadFacts facts)
    {
        public UploadId Id => id;

        public UploadFacts Facts { get; set; } = facts;

        public long Offset { get; set; }

        public UploadFile? File { get; set; }

        public bool IsBusy { get; set; }

        public bool IsGivenUp { get; set; }

        public UploadState State => new(Id, Facts, Offset);
    }
}
