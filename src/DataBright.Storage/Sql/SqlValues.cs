namespace DataBright.Storage.Sql;

/// <summary>How values are stored that SQLite has no type for.</summary>
public static class SqlValues
{
    /// <exception cref="OverflowException">The number is above 2^63 - 1.</exception>
    public static object Stored(object value) => value switch
    {
        ulong number => checked((long)number),
        DateTimeOffset time => time.ToUnixTimeSeconds(),
        ReadOnlyMemory<byte> bytes => bytes.ToArray(),
        Enum => Convert.ToInt64(value, null),
        _ => value,
    };
}
