using Microsoft.Data.Sqlite;

namespace DataBright.Storage.Sql;

/// <summary>
/// Opens database files: tells whether a file is what it should be, and changes older ones to the version of this program.
/// </summary>
/// <remarks>
/// A file's version is its <c>PRAGMA user_version</c>. Each change and its number are one transaction, so a process that is killed, or a
/// disk that runs full, leaves a file in one version or the next; the changes that are missing are made when it is opened again. Of several
/// processes that open an older file at once, one makes a change and the others wait for it.
/// </remarks>
public static class SqlFile
{
    /// <summary>Opens a file, or makes it with its folder.</summary>
    /// <exception cref="SqlFileException">It cannot be used, or was written by a newer program or another one.</exception>
    public static SqlSession Open(string path, SqlSchema schema) => Open(path, schema, static _ => { });

    /// <param name="path">The file.</param>
    /// <param name="schema">What it should be.</param>
    /// <param name="reached">Told of each step of a change, for tests that end there.</param>
    internal static SqlSession Open(string path, SqlSchema schema, Action<SqlStep> reached)
    {
        path = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        SqlSession? session = null;
        try
        {
            session = new SqlSession(path, schema);
            // Nothing is written before it is known whose file this is.
            var version = VersionOf(session, path, schema);
            if (session.First("PRAGMA journal_mode", row => row.Text()) != "wal") session.Script("PRAGMA journal_mode = WAL;");
            if (version != schema.Version) Change(session, path, schema, isCopied: version is null || !schema.IsCopied, reached);
            return session;
        }
        catch (SqliteException e)
        {
            session?.Dispose();
            throw SqlFileException.NotOpened(path, schema, e);
        }
        catch
        {
            session?.Dispose();
            throw;
        }
    }

    /// <param name="session">The file's.</param>
    /// <param name="path">The file.</param>
    /// <param name="schema">What it is to be.</param>
    /// <param name="isCopied">Whether it needs no copy, or no other one.</param>
    /// <param name="reached">Told of each step.</param>
    private static void Change(SqlSession session, string path, SqlSchema schema, bool isCopied, Action<SqlStep> reached)
    {
        foreach (var change in schema.Changes)
        {
            session.Atomically(() =>
            {
                // Another process may have made this change while this one waited for the lock.
                long version = VersionOf(session, path, schema) ?? 0;
                if (version >= change.Version) return;
                reached(SqlStep.Locked);
                if (version > 0 && !isCopied)
                {
                    SqlCopy.Make(path, schema, version, reached);
                    isCopied = true;
                }
                change.Apply(session);
                reached(SqlStep.Applied);
                session.Script($"PRAGMA user_version = {change.Version};");
                reached(SqlStep.Numbered);
            });
            reached(SqlStep.Committed);
        }
        if (schema.IsCopied) SqlCopy.Tidy(path);
    }

    /// <summary>The version of a file of this kind; null where there is nothing in it. Databright 0.1.0 left some at zero.</summary>
    private static long? VersionOf(SqlSession session, string path, SqlSchema schema)
    {
        long version = session.Number("PRAGMA user_version");
        if (version == 0 && session.Number("SELECT count(*) FROM sqlite_master") == 0) return null;
        // No version of ours was ever below zero.
        if (version < 0 || !IsOfKind(session, schema)) throw SqlFileException.Foreign(path, schema);
        return version <= schema.Version ? version : throw SqlFileException.Newer(path, schema, version);
    }

    private static bool IsOfKind(SqlSession session, SqlSchema schema)
    {
        try
        {
            session.Script(schema.Probe);
            return true;
        }
        catch (SqliteException e) when (SqlFaults.Of(e) == SqlFault.Statement)
        {
            return false;
        }
    }
}

/// <summary>What has been done of a change.</summary>
internal enum SqlStep
{
    /// <summary>Nobody else writes the file.</summary>
    Locked,

    /// <summary>The copy is on the disk, under a name that says it is unfinished.</summary>
    CopyWritten,

    /// <summary>The copy has its name.</summary>
    CopyNamed,

    /// <summary>The change is made, not committed.</summary>
    Applied,

    /// <summary>And numbered.</summary>
    Numbered,

    /// <summary>The file is in its next version.</summary>
    Committed,
}
