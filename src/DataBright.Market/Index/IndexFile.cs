using System.Collections.Concurrent;
using System.Text.Json;
using DataBright.Ethereum;
using DataBright.Market.Sql;
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
    private readonly SqlSchema _schema;
    private readonly ConcurrentBag<SqlSession> _idle = [];
    private SqlSession _writer;
    private volatile Exception? _damage;

    public IndexFile(string path, MarketAddresses market)
    {
        (_path, _market) = (Path.GetFullPath(path), market);
        _schema = IndexSchema.Schema with { Changes = [new SqlChange(IndexSchema.Version, Begin)] };
        _writer = Open();
    }

    /// <summary>What was found wrong when the file was opened, for the operator; null where nothing was.</summary>
    public string? Note { get; private set; }

    /// <summary>For the one follower of the chain.</summary>
    public SqlSession Writer => _writer;

    /// <summary>How far was read, as it is stored.</summary>
    public string Cursor => Read(index => index.First("SELECT cursor FROM position", row => row.Text())!);

    /// <summary>Reads on a connection of its own, all from one moment.</summary>
    public T Read<T>(Func<SqlSession, T> query)
    {
        if (_damage is { } damage) throw new IndexDamagedException(_path, damage);
        try
        {
            var connection = _idle.TryTake(out var idle) ? idle : new SqlSession(_path, _schema);
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
        catch (SqliteException e) when (SqlFaults.Of(e) == SqlFault.Damaged)
        {
            _damage = e;
            throw new IndexDamagedException(_path, e);
        }
    }

    /// <summary>Writes; if the file turns out to be damaged it is put aside and a new one begun.</summary>
    /// <returns>False where that happened: start from the new cursor.</returns>
    public bool TryWrite(Action<SqlSession> work)
    {
        try
        {
            if (_damage is { } damage) throw damage;
            _writer.Atomically(() => work(_writer));
            return true;
        }
        catch (SqliteException e) when (SqlFaults.Of(e) == SqlFault.Damaged)
        {
            PutAside($"was found damaged ({e.Message})");
            return false;
        }
    }

    /// <summary>Begins anew from the first block of the market.</summary>
    public void Reset(SqlSession index)
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

    private SqlSession Open()
    {
        SqlSession? session = null;
        try
        {
            session = SqlFile.Open(_path, _schema);
            if (Wrong(session) is { } wrong)
            {
                Note = $"The index {_path} {wrong}: it is built anew from the chain.";
                session.Atomically(() => Reset(session));
            }
            return session;
        }
        catch (Exception e) when (DamageIn(e) is { } damage)
        {
            session?.Dispose();
            MoveAside();
            Note = $"The index {_path} was found damaged ({damage.Message}): it is kept as {Aside} and built anew from the chain. Nothing is lost.";
            return Open();
        }
        catch
        {
            session?.Dispose();
            throw;
        }
    }

    /// <summary>Makes the tables of this version in a file that is new or older.</summary>
    private void Begin(SqlSession index)
    {
        long version = index.Number("PRAGMA user_version");
        if (version != 0) Note = $"The index {_path} is of version {version}, this program's is {IndexSchema.Version}: it is built anew from the chain.";
        Reset(index);
    }

    /// <summary>Why the file cannot be used as it is; null where it can.</summary>
    private string? Wrong(SqlSession session)
    {
        if (session.First("SELECT market FROM position", row => row.Text()) is not { } market) return "does not say how far it was read";
        if (market != MarketName) return "is of another market";
        var health = session.First("PRAGMA quick_check(1)", row => row.Text());
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

    private static SqliteException? DamageIn(Exception e) => e switch
    {
        SqliteException damage when SqlFaults.Of(damage) == SqlFault.Damaged => damage,
        SqlFileException { Fault: SqlFault.Damaged, InnerException: SqliteException damage } => damage,
        _ => null,
    };
}
