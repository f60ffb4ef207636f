using Microsoft.Data.Sqlite;

namespace DataBright.Storage.Sql;

/// <summary>A database file cannot be opened, or not be used now. Nothing of it was changed; the message says what to do.</summary>
public sealed class SqlFileException : DatabaseException
{
    private SqlFileException(SqlFault fault, string message, Exception? cause = null) : base(SqlFaults.KindOf(fault), message, cause) =>
        Fault = fault;

    public SqlFault Fault { get; }

    internal static SqlFileException Newer(string path, SqlSchema schema, long version)
    {
        var copy = SqlCopy.NameOf(path, schema.Version);
        return new(SqlFault.Newer,
            $"{path} is the {schema.Owner} database in version {version}, written by a newer databright; this one knows version "
            + $"{schema.Version}. "
            + $"Start the newer one, put a copy of version {schema.Version} in its place{(File.Exists(copy) ? $" ({copy} is one)" : "")}, "
            + $"or {schema.Otherwise}.");
    }

    internal static SqlFileException Foreign(string path, SqlSchema schema) => new(SqlFault.Foreign,
        $"{path} is not the {schema.Owner} database but a SQLite file of another program, and was left as it is. Move it elsewhere and "
        + "start again.");

    internal static SqlFileException NotCopied(string path, SqlSchema schema, long version, SqlFault fault, Exception cause) => new(fault,
        $"{path} is the {schema.Owner} database in version {version} and has to be changed to version {schema.Version}, but the copy that "
        + "is made "
        + $"before could not be: {Reason(fault, cause)}. Nothing was changed. {Advice(fault, schema)}", cause);

    internal static SqlFileException NotOpened(string path, SqlSchema schema, SqliteException cause)
    {
        var fault = SqlFaults.Of(cause);
        return new(fault, $"{path} cannot be used as the {schema.Owner} database: {Reason(fault, cause)}. {Advice(fault, schema)}", cause);
    }

    /// <summary>A file that was opened, and then failed.</summary>
    public static SqlFileException NotUsed(string path, SqlSchema schema, SqlFault fault, SqliteException cause) => new(fault,
        $"{path}, the {schema.Owner} database, cannot be used now: {Reason(fault, cause)}. {AdviceInUse(fault, schema)}", cause);

    /// <summary>A file that became shorter while it was open.</summary>
    internal static SqlFileException Cut(string path, SqlSchema schema) => new(SqlFault.Damaged,
        $"{path}, the {schema.Owner} database, cannot be used now: it was cut by another program. {AdviceInUse(SqlFault.Damaged, schema)}");

    /// <summary>A damaged file that is in the way of a new one.</summary>
    public static SqlFileException NotPutAside(string path, SqlSchema schema, Exception cause) => new(SqlFault.Unusable,
        $"{path}, the {schema.Owner} database, is damaged and cannot be put aside: {Reason(SqlFault.Unusable, cause)}. "
        + $"{AdviceInUse(SqlFault.Unusable, schema)}", cause);

    /// <summary>Others wait for the file already.</summary>
    internal static SqlFileException Waiting(string path, SqlSchema schema) => new(SqlFault.Busy,
        $"{path}, the {schema.Owner} database, cannot be used now: others wait for it already. {AdviceInUse(SqlFault.Busy, schema)}");

    private static string AdviceInUse(SqlFault fault, SqlSchema schema) => fault switch
    {
        SqlFault.Full => "Nothing that was in it is lost. Free some space; it goes on by itself then.",
        SqlFault.Busy => "Nothing that was in it is lost. Another process holds it: wait for it or end it; it goes on by itself then.",
        SqlFault.Unusable => "Check the folder's permissions and its disk; it goes on by itself then.",
        _ => $"Put a copy in its place, or {schema.Otherwise}; it goes on by itself then.",
    };

    private static string Reason(SqlFault fault, Exception cause) =>
        fault == SqlFault.Full ? "the disk is full" : cause.Message.ReplaceLineEndings(" ").TrimEnd('.');

    private static string Advice(SqlFault fault, SqlSchema schema) => fault switch
    {
        SqlFault.Full => "Free some space and start again.",
        SqlFault.Busy => "Another process holds it: wait for it or end it, and start again.",
        SqlFault.Unusable => "Check the folder's permissions and its disk, and start again.",
        _ => $"Restore it from a copy, or {schema.Otherwise}.",
    };
}
