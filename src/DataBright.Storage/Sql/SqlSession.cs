using Microsoft.Data.Sqlite;

namespace DataBright.Storage.Sql;

/// <summary>One connection to a SQLite file with its statements kept ready. For one thread at a time.</summary>
public sealed class SqlSession : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Func<object, object> _stored;
    private readonly Dictionary<string, SqliteCommand> _statements = [];

    static SqlSession() => SQLitePCL.Batteries_V2.Init();

    /// <summary>
    /// Connects without a look at the file's version: for further connections to what <see cref="SqlFile.Open(string, SqlSchema)"/> opened.
    /// </summary>
    public SqlSession(string path, SqlSchema schema)
    {
        _stored = schema.Stored;
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false,
            DefaultTimeout = (int)schema.Busy.TotalSeconds }.ToString());
        try
        {
            _connection.Open();
            var synchronous = schema.Durability == SqlDurability.Precious ? "FULL" : "NORMAL";
            Script($"PRAGMA synchronous = {synchronous}; PRAGMA busy_timeout = {(long)schema.Busy.TotalMilliseconds}; {schema.Tuning}");
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    /// <summary>Runs one statement whose parameters are $1, $2 and so on.</summary>
    /// <returns>Rows that were changed.</returns>
    public int Run(string sql, params ReadOnlySpan<object?> values) => Ready(sql, values).ExecuteNonQuery();

    /// <summary>The first row of a query, or null.</summary>
    public T? First<T>(string sql, Func<SqlRow, T> read, params ReadOnlySpan<object?> values) where T : class
    {
        using var reader = Ready(sql, values).ExecuteReader();
        return reader.Read() ? read(new SqlRow(reader)) : null;
    }

    /// <summary>All rows of a query.</summary>
    public IReadOnlyList<T> List<T>(string sql, Func<SqlRow, T> read, params ReadOnlySpan<object?> values)
    {
        using var reader = Ready(sql, values).ExecuteReader();
        var rows = new List<T>();
        while (reader.Read()) rows.Add(read(new SqlRow(reader)));
        return rows;
    }

    /// <summary>A whole number; zero where there is none.</summary>
    public long Number(string sql, params ReadOnlySpan<object?> values) => Ready(sql, values).ExecuteScalar() is long number ? number : 0;

    /// <summary>Bytes; null where there are none.</summary>
    public byte[]? Bytes(string sql, params ReadOnlySpan<object?> values) => Ready(sql, values).ExecuteScalar() as byte[];

    /// <summary>Runs statements without parameters.</summary>
    public void Script(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Does everything or, if it fails, nothing.</summary>
    public void Atomically(Action work)
    {
        Script("BEGIN IMMEDIATE;");
        try
        {
            work();
            Script("COMMIT;");
        }
        catch
        {
            try
            {
                Script("ROLLBACK;");
            }
            catch (SqliteException)
            {
                // A full disk, for one, has rolled back already. What went wrong first is worth telling, not this.
            }

            throw;
        }
    }

    /// <inheritdoc cref="Atomically(Action)"/>
    public T Atomically<T>(Func<T> work)
    {
        T result = default!;
        Atomically(() => { result = work(); });
        return result;
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values) statement.Dispose();
        _connection.Dispose();
    }

    private SqliteCommand Ready(string sql, ReadOnlySpan<object?> values)
    {
        if (!_statements.TryGetValue(sql, out var command))
        {
            command = _connection.CreateCommand();
            command.CommandText = sql;
            for (int i = 1; i <= values.Length; i++) command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
            _statements.Add(sql, command);
        }
        for (int i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i] switch
        {
            null => DBNull.Value,
            long or byte[] => values[i],
            var value => _stored(value),
        };
        return command;
    }
}
