using System.Buffers.Binary;
using DataBright.Ethereum;
using DataBright.Learning;
using Microsoft.Data.Sqlite;

namespace DataBright.Market.Index;

/// <summary>One connection to the index with its statements kept ready. For one thread at a time.</summary>
internal sealed class IndexConnection : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _statements = [];

    static IndexConnection() => SQLitePCL.Batteries.Init();

    public IndexConnection(string path)
    {
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            _connection.Open();
            // The chain is the truth: after a power cut the index may be a few blocks behind, and reads them again.
            Script("PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 10000; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;");
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
    public T? First<T>(string sql, Func<Row, T> read, params ReadOnlySpan<object?> values) where T : class
    {
        using var reader = Ready(sql, values).ExecuteReader();
        return reader.Read() ? read(new Row(reader)) : null;
    }

    public IReadOnlyList<T> List<T>(string sql, Func<Row, T> read, params ReadOnlySpan<object?> values)
    {
        using var reader = Ready(sql, values).ExecuteReader();
        var rows = new List<T>();
        while (reader.Read()) rows.Add(read(new Row(reader)));
        return rows;
    }

    /// <summary>A whole number; zero where there is none.</summary>
    public long Number(string sql, params ReadOnlySpan<object?> values) => Ready(sql, values).ExecuteScalar() is long number ? number : 0;

    /// <summary>An amount; zero where there is none.</summary>
    public UInt128 Amount(string sql, params ReadOnlySpan<object?> values) =>
        Ready(sql, values).ExecuteScalar() is byte[] bytes ? BinaryPrimitives.ReadUInt128BigEndian(bytes) : 0;

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
        for (int i = 0; i < values.Length; i++) command.Parameters[i].Value = Stored(values[i]);
        return command;
    }

    private static object Stored(object? value) => value switch
    {
        null => DBNull.Value,
        UInt128 amount => Bytes(amount),
        Money money => Bytes(money.Units),
        ShareAmount shares => Bytes(shares.Units),
        Uint256 number => Bytes((UInt128)number),
        Address or Hash32 or Digest => value.ToString()!,
        // A zero character would end the text in the undo log.
        string text => text.Replace('\0', '\uFFFD'),
        ulong number => checked((long)number),
        DatasetId or ProposalId or ModelId or JobId or ChannelId or RequestId => checked((long)IdOf(value)),
        DateTimeOffset time => time.ToUnixTimeSeconds(),
        Enum => Convert.ToInt64(value, null),
        ReadOnlyMemory<byte> bytes => bytes.ToArray(),
        _ => value,
    };

    private static ulong IdOf(object id) => id switch
    {
        DatasetId dataset => dataset.Value,
        ProposalId proposal => proposal.Value,
        ModelId model => model.Value,
        ChannelId channel => channel.Value,
        RequestId request => request.Value,
        _ => ((JobId)id).Value,
    };

    private static byte[] Bytes(UInt128 amount)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, amount);
        return bytes;
    }
}
