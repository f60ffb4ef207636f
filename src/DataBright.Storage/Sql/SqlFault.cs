using Microsoft.Data.Sqlite;

namespace DataBright.Storage.Sql;

/// <summary>What is wrong with a database file.</summary>
public enum SqlFault
{
    /// <summary>A mistake of the program: SQLite refused a statement.</summary>
    Statement,

    /// <summary>It is no SQLite file, or parts of it are not what SQLite wrote.</summary>
    Damaged,

    /// <summary>It is a SQLite file of another program.</summary>
    Foreign,

    /// <summary>A newer version of this program wrote it.</summary>
    Newer,

    /// <summary>The disk is full.</summary>
    Full,

    /// <summary>Another process holds it.</summary>
    Busy,

    /// <summary>It cannot be opened, read or written.</summary>
    Unusable,
}

/// <summary>From SQLite's result codes (https://sqlite.org/rescode.html) to what is wrong.</summary>
public static class SqlFaults
{
    public static SqlFault Of(SqliteException e) => e.SqliteErrorCode switch
    {
        // Nothing that is written is near SQLite's limit: a value that is too big was made so by a damaged page.
        SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_TOOBIG or SQLitePCL.raw.SQLITE_NOTADB => SqlFault.Damaged,
        SQLitePCL.raw.SQLITE_FULL => SqlFault.Full,
        SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED => SqlFault.Busy,
        SQLitePCL.raw.SQLITE_READONLY or SQLitePCL.raw.SQLITE_IOERR or SQLitePCL.raw.SQLITE_CANTOPEN or SQLitePCL.raw.SQLITE_PERM =>
            SqlFault.Unusable,
        _ => SqlFault.Statement,
    };

    public static FailureKind KindOf(SqlFault fault) => fault switch
    {
        SqlFault.Full => FailureKind.Full,
        SqlFault.Busy => FailureKind.Unavailable,
        _ => FailureKind.Damaged,
    };

    /// <summary>The same of a file that was in use already: one whose tables are gone was cut, or written over.</summary>
    public static SqlFault InUse(SqliteException e) =>
        e.SqliteErrorCode == SQLitePCL.raw.SQLITE_ERROR && e.Message.Contains("no such table", StringComparison.Ordinal)
            ? SqlFault.Damaged : Of(e);
}
