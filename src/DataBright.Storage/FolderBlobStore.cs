using Microsoft.Win32.SafeHandles;

namespace DataBright.Storage;

/// <summary>Files in a folder, each under its CID, spread over sub-folders by the CID's last two letters.</summary>
/// <remarks>
/// A stored file is the plain content, so any tool can read it. A file of several chunks has a <c>.leaves</c> neighbour
/// with the chunks' hashes, which lets readers check each chunk before using it. The neighbour is only a cache: it is proved
/// against the CID when read and made again when it is lost.
/// </remarks>
public sealed class FolderBlobStore : IBlobStore
{
    private const string ExpiryFolder = "guests";

    /// <summary>Whoever has not written for so long to a file that it takes in was killed meanwhile.</summary>
    private static readonly TimeSpan UnfinishedFor = TimeSpan.FromDays(1);

    private readonly string _folder;
    private readonly BlobExpiries _expiries;
    private readonly Func<string, Stream> _create;
    private long _growth;
    private int _isSwept;

    public FolderBlobStore(string folder) : this(folder, AtomicFile.Create)
    {
    }

    /// <summary>For tests that need a disk that fails.</summary>
    internal FolderBlobStore(string folder, Func<string, Stream> create)
    {
        _folder = Path.GetFullPath(folder);
        _expiries = new BlobExpiries(Path.Combine(_folder, ExpiryFolder));
        _create = create;
    }

    private string Unfinished => Path.Combine(_folder, "unfinished");

    public long Growth => Interlocked.Read(ref _growth);

    public async Task<Cid> PutAsync(Stream content, Retention retention, CancellationToken stop)
    {
        Directory.CreateDirectory(Unfinished);
        if (Interlocked.Exchange(ref _isSwept, 1) == 0) SweepUnfinished();
        var temporary = AtomicFile.TemporaryBeside(Unfinished);
        try
        {
            var (leaves, length) = await WriteAsync(content, temporary, stop);
            var tallied = new FileTallied(leaves, length);
            await AdoptAsync(temporary, tallied, retention, stop);
            return tallied.Cid;
        }
        catch (IOException e) when (e.IsDiskFull())
        {
            throw new StoreFullException(_folder, e);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    public async Task AdoptAsync(string path, FileTallied tallied, Retention retention, CancellationToken stop)
    {
        try
        {
            long length = new FileInfo(path).Length;
            if (length != tallied.Length) throw new BlobDamagedException(tallied.Cid, path, $"it has {length} bytes, not {tallied.Length}");
            await (retention.End is { } end ? PublishUntilAsync(path, tallied, end, stop) : PublishForGoodAsync(path, tallied, stop));
        }
        catch (IOException e) when (e.IsDiskFull())
        {
            throw new StoreFullException(_folder, e);
        }
    }

    public async Task<Stream> OpenAsync(Cid cid, CancellationToken stop)
    {
        cid = cid.ToVersion1();
        var path = PathOf(cid);
        var file = OpenFile(cid, path);
        try
        {
            long length = RandomAccess.GetLength(file);
            var leaves = cid.Codec == CidCodec.Raw ? [cid.Hash] : await LeavesAsync(cid, path, length, stop);
            if (leaves.Count != FileDag.LeavesIn(length))
                throw new BlobDamagedException(cid, path, $"it has {length} bytes, which is not one chunk");
            // Nothing is ever read from an empty file, so it is checked here or never.
            if (length == 0 && leaves[0] != Digest.Of([])) throw new BlobDamagedException(cid, path, "it is empty");
            return new VerifiedStream(cid, path, file, length, leaves);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public Task<bool> HasAsync(Cid cid, CancellationToken stop) => Task.FromResult(File.Exists(PathOf(cid.ToVersion1())));

    public async Task KeepAsync(Cid cid, CancellationToken stop)
    {
        using var turn = await _expiries.TurnAsync(stop);
        _expiries.Remove(cid);
    }

    public Task<IReadOnlyList<Cid>> ExpiredAsync(DateTimeOffset now, CancellationToken stop) => Task.FromResult(_expiries.Expired(now));

    public async Task<bool> RemoveExpiredAsync(Cid cid, DateTimeOffset now, CancellationToken stop)
    {
        using var turn = await _expiries.TurnAsync(stop);
        if (!_expiries.IsExpired(cid, now)) return false;
        var path = PathOf(cid);
        if (new FileInfo(path) is { Exists: true } removed) Interlocked.Add(ref _growth, -removed.Length);
        foreach (var file in (string[])[path, LeavesPath(path)])
            if (File.Exists(file)) File.Delete(file);
        // Last, so that whoever stores the file meanwhile waits for its turn, and stores it again.
        _expiries.Remove(cid);
        return true;
    }

    public long Measure()
    {
        if (!Directory.Exists(_folder)) return 0;
        long sum = 0;
        foreach (var shelf in new DirectoryInfo(_folder).EnumerateDirectories("??"))
            foreach (var file in shelf.EnumerateFiles())
                if (Cid.TryParse(file.Name, out _)) sum += file.Length;
        return sum;
    }

    /// <summary>Removes what writers that were killed have left. Call it only while no one else writes to the folder.</summary>
    public int RemoveUnfinished()
    {
        if (!Directory.Exists(Unfinished)) return 0;
        var left = Directory.GetFiles(Unfinished);
        foreach (var file in left) File.Delete(file);
        return left.Length;
    }

    /// <summary>Where a file is or would be.</summary>
    public string PathOf(Cid cid)
    {
        var name = cid.ToVersion1().ToString();
        return Path.Combine(_folder, name[^2..], name);
    }

    /// <summary>A file that was kept for a time is kept for good from now on.</summary>
    private async Task PublishForGoodAsync(string finished, FileTallied tallied, CancellationToken stop)
    {
        using var turn = _expiries.Has(tallied.Cid) ? await _expiries.TurnAsync(stop) : null;
        Publish(finished, tallied);
        if (turn is not null) _expiries.Remove(tallied.Cid);
        // Stored for a time just now, which is long before that is over.
        else if (_expiries.Has(tallied.Cid)) await KeepAsync(tallied.Cid, stop);
    }

    /// <summary>A file that is here for good already stays so.</summary>
    private async Task PublishUntilAsync(string finished, FileTallied tallied, DateTimeOffset until, CancellationToken stop)
    {
        using var turn = await _expiries.TurnAsync(stop);
        var before = _expiries.TimeOf(tallied.Cid);
        if (before is null) _expiries.Begin(tallied.Cid);
        bool isForGood = before is null && File.Exists(PathOf(tallied.Cid));
        Publish(finished, tallied);
        // Somebody may have stored it for good since, and taken the entry away.
        if (isForGood) _expiries.Remove(tallied.Cid);
        else if (_expiries.Has(tallied.Cid)) _expiries.Enter(tallied.Cid, Math.Max(before ?? 0, until.ToUnixTimeSeconds()));
    }

    /// <summary>Other processes take files into the same folder, so only what is old goes.</summary>
    private void SweepUnfinished()
    {
        var before = TimeProvider.System.GetUtcNow() - UnfinishedFor;
        foreach (var left in Directory.EnumerateFiles(Unfinished, "*.part"))
            if (File.GetLastWriteTimeUtc(left) < before) File.Delete(left);
    }

    private void Publish(string finished, FileTallied tallied)
    {
        var path = PathOf(tallied.Cid);
        var isNew = !File.Exists(path);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (tallied.Leaves.Count > 1) AtomicFile.Write(LeavesPath(path), Join(tallied.Leaves));
        AtomicFile.Publish(finished, path);
        if (isNew) Interlocked.Add(ref _growth, tallied.Length);
    }

    private async Task<(IReadOnlyList<Digest> Leaves, long Length)> WriteAsync(Stream content, string path, CancellationToken stop)
    {
        await using var file = _create(path);
        var hashed = await ChunkHasher.HashAsync(content, chunk => file.WriteAsync(chunk, stop), stop);
        if (file is FileStream real) real.Flush(flushToDisk: true);
        return hashed;
    }

    private SafeFileHandle OpenFile(Cid cid, string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.Asynchronous);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BlobMissingException(cid, _folder);
        }
    }

    private static async Task<IReadOnlyList<Digest>> LeavesAsync(Cid cid, string path, long length, CancellationToken stop)
    {
        if (ReadLeaves(LeavesPath(path), length) is { } kept && FileDag.RootOf(kept, length) == cid) return kept;

        await using var content = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 0,
            FileOptions.Asynchronous);
        var (leaves, found) = await ChunkHasher.HashAsync(content, static _ => ValueTask.CompletedTask, stop);
        if (FileDag.RootOf(leaves, found) != cid) throw new BlobDamagedException(cid, path, $"its {found} bytes have another hash");
        AtomicFile.Write(LeavesPath(path), Join(leaves));
        return leaves;
    }

    private static Digest[]? ReadLeaves(string path, long length)
    {
        if (!File.Exists(path)) return null;
        var bytes = File.ReadAllBytes(path);
        if (bytes.Length != FileDag.LeavesIn(length) * Hash32.Size) return null;
        return [.. bytes.Chunk(Hash32.Size).Select(leaf => new Digest(leaf))];
    }

    private static byte[] Join(IReadOnlyList<Digest> leaves)
    {
        var bytes = new byte[leaves.Count * Hash32.Size];
        for (int i = 0; i < leaves.Count; i++) leaves[i].CopyTo(bytes.AsSpan(i * Hash32.Size));
        return bytes;
    }

    private static string LeavesPath(string path) => path + ".leaves";
}
