using System.Collections.Concurrent;
using System.Text.Json;
using DataBright.Ethereum;
using Microsoft.Data.Sqlite;

namespace DataBright.Market.Index;

/// <summary>How far the ledger has been read.</summary>
/// <param name="Block">The newest block whose events are in the index; null before the first.</param>
/// <param name="Hash">That block's hash.</param>
/// <param name="At">That block's time.</param>
public sealed record IndexPosition(ulong? Block, Hash32 Hash, DateTimeOffset At);

/// <summary>The index was found damaged. It is built anew from the chain; nothing is lost.</summary>
public sealed class IndexDamagedException(string path, Exception cause)
    : Exception($"The index {path} is damaged and is being built anew from the chain. Try again in a moment.", cause);

/// <summary>The index's file: one writer, any number of readers, and what to do when it is damaged or of another market.</summary>
internal sealed class IndexFile : IDisposable
{
    private readonly string _path;
    private readonly MarketAddresses _market;
    private readonly ConcurrentBag<IndexConnection> _idle = [];
    private IndexConnection _writer;
    private volatile Exception? _damage;

    public IndexFile(string path, MarketAddresses market)
    {
        (_path, _market) = (Path.GetFullPath(path), market);
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        _writer = Open();
    }

    /// <summary>What was found wrong when the file was opened, for the operator; null where nothing was.</summary>
    public string? Note { get; private set; }

    /// <summary>For the one follower of the chain.</summary>
    public IndexConnection Writer => _writer;

    /// <summary>How far was read, as it is stored.</summary>
    public string Cursor => Read(index => index.First("SELECT cursor FROM position", row => row.Text())!);

    /// <summary>Reads on a connection of its own, all from one moment.</summary>
    public T Read<T>(Func<IndexConnection, T> query)
    {
        if (_damage is { } damage) throw new IndexDamagedException(_path, damage);
        try
        {
            var connection = _idle.TryTake(out var idle) ? idle : new IndexConnection(_path);
            connection.Script("BEGIN;");
            try
            {
                return query(connection);
            }
            finally
            {
                connection.Script("COMMIT;");
                _idle.Add(connection);
            }
        }
        catch (SqliteException e) when (IsDamage(e))
        {
            _damage = e;
            throw new IndexDamagedException(_path, e);
        }
    }

    /// <summary>Writes; if the file turns out to be damaged it is put aside and a new one begun.</summary>
    /// <returns>False where that happened: start from the new cursor.</returns>
    public bool TryWrite(Action<IndexConnection> work)
    {
        try
        {
            if (_damage is { } damage) throw damage;
            _writer.Atomically(() => work(_writer));
            return true;
        }
        catch (SqliteException e) when (IsDamage(e))
        {
            PutAside($"was found damaged ({e.Message})");
            return false;
        }
    }

    /// <summary>Begins anew from the first block of the market.</summary>
    public void Reset(IndexConnection index)
    {
        IndexSchema.CreateEmpty(index);
        index.Run(
            "INSERT INTO position (id, market, cursor, block, hash, at, writing, undo_from) VALUES (1, $1, $2, -1, $3, 0, 0, NULL)",
            MarketName, JsonSerializer.Serialize(LogCursor.From(_market.FirstBlock)), Hash32.Zero);
    }

    public void Dispose()
    {
        _writer.Dispose();
        while (_idle.TryTake(out var idle)) idle.Dispose();
    }

    private string MarketName => $"{_market.ChainId}/{_market.Datasets}/{_market.Jobs}/{_market.Models}";

    private IndexConnection Open()
    {
        bool isNew = !File.Exists(_path) || new FileInfo(_path).Length == 0;
        IndexConnection? connection = null;
        try
        {
            connection = new IndexConnection(_path);
            connection.Script("PRAGMA journal_mode = WAL;");
            var wrong = isNew ? "is new" : Wrong(connection);
            if (wrong is null) return connection;
            if (!isNew) Note = $"The index {_path} {wrong}: it is built anew from the chain.";
            connection.Atomically(() => Reset(connection));
            return connection;
        }
        catch (SqliteException e) when (IsDamage(e))
        {
            connection?.Dispose();
            MoveAside();
            Note = $"The index {_path} was found damaged ({e.Message}): it is kept as {Aside} and built anew from the chain. Nothing is lost.";
            return Open();
        }
    }

    /// <summary>Why the file cannot be used as it is; null where it can.</summary>
    private string? Wrong(IndexConnection connection)
    {
        long version = connection.Number("PRAGMA user_version");
        if (version != IndexSchema.Version) return $"is of version {version}, this program's is {IndexSchema.Version}";
        if (connection.First("SELECT market FROM position", row => row.Text()) is not { } market) return "does not say how far it was read";
        if (market != MarketName) return "is of another market";
        var health = connection.First("PRAGMA quick_check(1)", row => row.Text());
        return health == "ok" ? null : $"fails its check ({health})";
    }

    private void PutAside(string why)
    {
        Dispose();
        MoveAside();
        Note = $"The index {_path} {why}: it is kept as {Aside} and built anew from the chain. Nothing is lost.";
        _writer = Open();
        _damage = null;
    }

    private string Aside => _path + ".damaged";

    private void MoveAside()
    {
        File.Move(_path, Aside, overwrite: true);
        File.Delete(_path + "-wal");
        File.Delete(_path + "-shm");
    }

    private static bool IsDamage(SqliteException e)
    {
        // Nothing the index writes is near the limit: a value that is too big was made so by a page that is not ours.
        const int Corrupt = 11, TooBig = 18, NotADatabase = 26;
        return e.SqliteErrorCode is Corrupt or TooBig or NotADatabase;
    }
}
