using System.Collections.Concurrent;
using System.Text.Json;
using DataBright.Ethereum;
using DataBright.Storage.Sql;
using Microsoft.Data.Sqlite;

namespace DataBright.Market.Index;

/// <summary>How far the ledger has been read.</summary>
/// <param name="Block">The newest block whose events are in the index; null before the first.</param>
/// <param name="Hash">That block's hash.</param>
/// <param name="At">That block's time.</param>
public sealed record IndexPosition(ulong? Block, Hash32 Hash, DateTimeOffset At);

/// <summary>The index was found damaged. It is built anew from the chain; nothing is lost.</summary>
public sealed class IndexDamagedException(string path, Exception cause)
    : DatabaseException(FailureKind.Unavailable,
        $"The index {path} is damaged and is being built anew from the chain. Try again in a moment.", cause);

/// <summary>The index's file: one writer, any number of readers, and what to do when it is damaged or of another market.</summary>
internal sealed class IndexFile : IDisposable
{
    /// <summary>Connections that are kept for the next readers; each has its own memory and open files.</summary>
    private const int MaxIdle = 16;

    private readonly string _path;
    private readonly MarketAddresses _market;
    private readonly IReadOnlyList<Projection> _projections;
    private readonly SqlSchema _schema;
    private readonly ConcurrentBag<(int Generation, SqlSession Session)> _idle = [];
    private readonly string _form;
    private readonly FileExtent _extent;
    private SqlSession? _writer;
    private int _generation;
    private volatile Exception? _damage;
    private volatile SqlFileException? _trouble;

    public IndexFile(string path, MarketAddresses market, IReadOnlyList<Projection> projections)
    {
        (_path, _market, _projections) = (Path.GetFullPath(path), market, projections);
        _form = IndexSchema.FormOf(projections);
        _extent = new FileExtent(_path);
        _schema = IndexSchema.Of(projections) with { Changes = [new SqlChange(IndexSchema.Version, Begin)] };
        _writer = Open();
    }

    /// <summary>What was found wrong when the file was opened, for the operator; null where nothing was.</summary>
    public string? Note { get; private set; }

    /// <summary>
    /// Why the file cannot be used now, and what to do; null while it works. Damage is none of it: that is put right without anybody.
    /// </summary>
    public SqlFileException? Trouble => _trouble;

    /// <summary>How far was read, as it is stored.</summary>
    public string Cursor => Read(index => index.First("SELECT cursor FROM position", row => row.Text())!);

    /// <summary>Reads on a connection of its own, all from one moment.</summary>
    /// <exception cref="IndexDamagedException">The file is damaged; it is being built anew.</exception>
    /// <exception cref="SqlFileException">The file cannot be read now.</exception>
    public T Read<T>(Func<SqlSession, T> query)
    {
        RequireWhole();
        if (_damage is { } damage) throw new IndexDamagedException(_path, damage);
        var generation = Volatile.Read(ref _generation);
        SqlSession? connection = null;
        try
        {
            connection = Take(generation);
            connection.Script("BEGIN;");
            var found = Ask(connection, query);
            Return(generation, connection);
            return found;
        }
        catch (SqliteException e)
        {
            connection?.Dispose();
            throw Translated(e);
        }
    }

    /// <summary>Writes; if the file turns out to be damaged it is put aside and a new one begun.</summary>
    /// <returns>False where that happened: start from the new cursor.</returns>
    /// <exception cref="SqlFileException">The file cannot be written now; nothing of the work was done.</exception>
    public bool TryWrite(Action<SqlSession> work)
    {
        try
        {
            RequireWhole();
            if (_damage is { } damage) throw damage;
            var writer = _writer ??= Open();
            writer.Atomically(() => work(writer));
            _trouble = null;
            return true;
        }
        catch (SqliteException e) when (SqlFaults.InUse(e) == SqlFault.Damaged)
        {
            // Whatever comes between, readers hear of the damage until there is a new file.
            _damage = e;
            PutAside($"was found damaged ({e.Message})");
            return false;
        }
        catch (SqliteException e) when (SqlFaults.Of(e) is var fault && fault != SqlFault.Statement)
        {
            throw _trouble = SqlFileException.NotUsed(_path, _schema, fault, e);
        }
        catch (SqlFileException e)
        {
            throw _trouble = e;
        }
    }

    /// <summary>Begins anew from the first block of the market.</summary>
    public void Reset(SqlSession index)
    {
        IndexSchema.CreateEmpty(index, _projections);
        index.Run(
            "INSERT INTO position (id, market, cursor, block, hash, at, writing, undo_from) VALUES (1, $1, $2, -1, $3, 0, 0, NULL)",
            $"{MarketName} {_form}", JsonSerializer.Serialize(LogCursor.From(_market.FirstBlock)), Hash32.Zero);
    }

    public void Dispose()
    {
        Close(ref _writer);
        while (_idle.TryTake(out var idle)) idle.Session.Dispose();
    }

    private string MarketName => $"{_market.ChainId}/{_market["Datasets"]}/{_market["Jobs"]}/{_market["Models"]}";

    /// <summary>A file that was cut or removed while it is open is as good as damaged, whatever SQLite still has of it in memory.</summary>
    private void RequireWhole()
    {
        if (_damage is null && _extent.IsCut())
            _damage = new SqliteException("it was cut or removed by another program", SQLitePCL.raw.SQLITE_CORRUPT);
    }

    private SqlSession Open()
    {
        _extent.Forget();
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
            Note =
                $"The index {_path} was found damaged ({damage.Message}): it is kept as {Aside} and built anew from the chain. Nothing is "
                + "lost.";
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
        if (version != 0)
            Note = $"The index {_path} is of version {version}, this program's is {IndexSchema.Version}: it is built anew from the chain.";
        Reset(index);
    }

    /// <summary>Why the file cannot be used as it is; null where it can.</summary>
    private string? Wrong(SqlSession session)
    {
        if (session.First("SELECT market FROM position", row => row.Text()) is not { } market) return "does not say how far it was read";
        if (market.Split(' ')[0] != MarketName) return "is of another market";
        if (market != $"{MarketName} {_form}") return "has other tables than this program's";
        var health = session.First("PRAGMA quick_check(1)", row => row.Text());
        return health == "ok" ? null : $"fails its check ({health})";
    }

    private void PutAside(string why)
    {
        Interlocked.Increment(ref _generation);
        Dispose();
        try
        {
            MoveAside();
        }
        catch (Exception fault) when (fault.IsOfFile())
        {
            throw _trouble = SqlFileException.NotPutAside(_path, _schema, fault);
        }

        Note = $"The index {_path} {why}: it is kept as {Aside} and built anew from the chain. Nothing is lost.";
        _writer = Open();
        _damage = null;
    }

    private SqlSession Take(int generation)
    {
        while (_idle.TryTake(out var idle))
        {
            if (idle.Generation == generation) return idle.Session;
            idle.Session.Dispose();
        }

        return new SqlSession(_path, _schema);
    }

    /// <summary>A connection to a file that was put aside meanwhile reads that file, and is of no use any more.</summary>
    private void Return(int generation, SqlSession connection)
    {
        if (generation == Volatile.Read(ref _generation) && _idle.Count < MaxIdle) _idle.Add((generation, connection));
        else connection.Dispose();
    }

    /// <summary>What a query itself throws, a cursor of nobody's for one, leaves the connection as good as before.</summary>
    private T Ask<T>(SqlSession connection, Func<SqlSession, T> query)
    {
        T found;
        try
        {
            found = query(connection);
        }
        catch (Exception e) when (e is not SqliteException)
        {
            connection.Script("COMMIT;");
            Return(Volatile.Read(ref _generation), connection);
            throw;
        }

        connection.Script("COMMIT;");
        return found;
    }

    private Exception Translated(SqliteException e)
    {
        var fault = SqlFaults.InUse(e);
        if (fault == SqlFault.Statement) return e;
        if (fault != SqlFault.Damaged) return SqlFileException.NotUsed(_path, _schema, fault, e);
        _damage = e;
        return new IndexDamagedException(_path, e);
    }

    private static void Close(ref SqlSession? session)
    {
        try
        {
            session?.Dispose();
        }
        catch (SqliteException)
        {
            // Its last words are about the same damage.
        }

        session = null;
    }

    private string Aside => _path + ".damaged";

    private void MoveAside()
    {
        if (File.Exists(_path)) File.Move(_path, Aside, overwrite: true);
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
