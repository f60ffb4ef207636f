using DataBright.Ethereum;
using Microsoft.Data.Sqlite;

namespace DataBright.Storage.Sql;

/// <summary>A row of a query, read from left to right.</summary>
public sealed class SqlRow
{
    private readonly SqliteDataReader _reader;
    private int _column;

    internal SqlRow(SqliteDataReader reader) => _reader = reader;

    public string Text() => _reader.GetString(_column++);

    public long Long() => _reader.GetInt64(_column++);

    /// <summary>A whole number; the nearest that fits where it is larger.</summary>
    public int Int() => (int)Math.Clamp(Long(), int.MinValue, int.MaxValue);

    public bool Bool() => Long() != 0;

    public byte[] Bytes() => _reader.GetFieldValue<byte[]>(_column++);

    public DateTimeOffset Time() => ChainTime.From(Long());

    /// <summary>Reads a column that may be empty.</summary>
    public T? OrNull<T>(Func<T> read) where T : class
    {
        if (!_reader.IsDBNull(_column)) return read();
        _column++;
        return null;
    }

    /// <inheritdoc cref="OrNull{T}(Func{T})"/>
    public T? OrNone<T>(Func<T> read) where T : struct
    {
        if (!_reader.IsDBNull(_column)) return read();
        _column++;
        return null;
    }
}
