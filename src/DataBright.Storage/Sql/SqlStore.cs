using Microsoft.Data.Sqlite;

namespace DataBright.Storage.Sql;

/// <summary>
/// One database file of a running program: one turn at a time, what is wrong with it now, and how it comes right again without a restart.
/// </summary>
/// <remarks>
/// A disk that has room again and a lock that was let go are met by the next turn. A file that is damaged is closed, so that a copy
/// put in its place is opened by the next turn; it is never taken for a new one while it is there.
/// </remarks>
public sealed class SqlStore : IDisposable
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);

    private readonly string _path;
    private readonly SqlSchema _schema;
    private readonly Lock _turn = new();
    private readonly FileExtent _extent;
    private SqlSession? _session;
    private volatile SqlFileException? _trouble;

    /// <exception cref="SqlFileException">It cannot be used, or was written by a newer program or another one.</exception>
    public SqlStore(string path, SqlSchema schema)
    {
        (_path, _schema) = (Path.GetFullPath(path), schema);
        _extent = new FileExtent(_path);
        _session = SqlFile.Open(_path, schema);
    }

    /// <summary>What was found wrong when it was used last, and what to do; null while it works.</summary>
    public SqlFileException? Trouble => _trouble;

    /// <summary>One piece of work on the file, whole or not at all.</summary>
    /// <exception cref="SqlFileException">The file cannot be used now. Nothing was changed.</exception>
    public T Do<T>(Func<SqlSession, T> work) => Use(session => session.Atomically(() => work(session)), shows: true);

    /// <summary>Reads; nothing else writes meanwhile.</summary>
    /// <exception cref="SqlFileException">The file cannot be used now.</exception>
    public T Look<T>(Func<SqlSession, T> read) => Use(read, shows: _trouble is { Fault: not (SqlFault.Full or SqlFault.Busy) });

    /// <summary>Finds out whether a file that could not be used can be now. Costs nothing while it works.</summary>
    public SqlFileException? LookAgain()
    {
        if (_trouble is null) return null;
        try
        {
            // Nothing changes by it, and yet a page is written.
            Do(session =>
            {
                session.Script($"PRAGMA user_version = {_schema.Version};");
                return session.Number($"SELECT count(*) FROM ({_schema.Probe})");
            });
        }
        catch (SqlFileException)
        {
            // It is kept as the trouble.
        }

        return _trouble;
    }

    public void Dispose()
    {
        lock (_turn) _session?.Dispose();
    }

    /// <param name="work">Works on the file.</param>
    /// <param name="shows">Whether its success shows that nothing is wrong any more.</param>
    private T Use<T>(Func<SqlSession, T> work, bool shows)
    {
        // Whoever holds the turn may wait for another process: those behind it wait no longer than that takes, and say so.
        // Where another process has held the file for so long already, they do not each wait for it again.
        if (!_turn.TryEnter(_trouble is { Fault: SqlFault.Busy } ? Short : _schema.Busy * 2))
            throw SqlFileException.Waiting(_path, _schema);
        try
        {
            if (_session is not null && _extent.IsCut()) Leave();
            var done = work(_session ??= Open());
            _extent.Note();
            if (shows) _trouble = null;
            return done;
        }
        catch (SqliteException e) when (SqlFaults.InUse(e) is var fault && fault != SqlFault.Statement)
        {
            if (fault is SqlFault.Damaged or SqlFault.Unusable) Close();
            throw _trouble = SqlFileException.NotUsed(_path, _schema, fault, e);
        }
        catch (SqlFileException e)
        {
            throw _trouble = e;
        }
        finally
        {
            _turn.Exit();
        }
    }

    /// <summary>A file that was moved away is begun anew, as the advice says; one that was cut waits for a copy.</summary>
    private void Leave()
    {
        Close();
        if (File.Exists(_path)) throw SqlFileException.Cut(_path, _schema);
    }

    private SqlSession Open()
    {
        _extent.Forget();
        if (_trouble is { Fault: SqlFault.Damaged } damaged && File.Exists(_path) && new FileInfo(_path).Length == 0) throw damaged;
        return SqlFile.Open(_path, _schema);
    }

    private void Close()
    {
        try
        {
            _session?.Dispose();
        }
        catch (SqliteException)
        {
            // Its last words are about the same damage.
        }

        _session = null;
    }
}
