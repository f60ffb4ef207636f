using System.Globalization;
using Microsoft.Data.Sqlite;

namespace DataBright.Storage.Sql;

/// <summary>Copies of a database file as it was before a change: FILE.v1 is FILE in version 1.</summary>
internal static class SqlCopy
{
    /// <summary>Copies that stay beside a file, those of the newest versions.</summary>
    private const int Kept = 2;

    public static string NameOf(string path, long version) => string.Create(CultureInfo.InvariantCulture, $"{path}.v{version}");

    /// <summary>Copies what is committed. The caller holds the write lock, so nothing is committed meanwhile.</summary>
    /// <remarks>The copy has its name only once it is whole, checked and on the disk; an older one of the same name is replaced.</remarks>
    /// <exception cref="SqlFileException">There is no such copy.</exception>
    public static void Make(string path, SqlSchema schema, long version, Action<SqlStep> reached)
    {
        var part = NameOf(path, version) + ".part";
        try
        {
            DeleteWithJournal(part);
            Write(path, part);
            reached(SqlStep.CopyWritten);
            AtomicFile.Publish(part, NameOf(path, version));
            reached(SqlStep.CopyNamed);
        }
        catch (Exception e) when (FaultOf(e) is { } fault)
        {
            TryDelete(part);
            throw SqlFileException.NotCopied(path, schema, version, fault, e);
        }
    }

    /// <summary>Deletes all but the newest copies.</summary>
    public static void Tidy(string path)
    {
        var (folder, name) = (Path.GetDirectoryName(path)!, Path.GetFileName(path) + ".v");
        var copies = Directory.EnumerateFiles(folder, name + "*")
            .Select(copy => (Path: copy, Version: VersionIn(Path.GetFileName(copy)[name.Length..])))
            .Where(copy => copy.Version is not null).OrderByDescending(copy => copy.Version);
        try
        {
            foreach (var (copy, _) in copies.Skip(Kept)) File.Delete(copy);
        }
        catch (Exception e) when (FaultOf(e) is not null)
        {
            // The change is made and committed by now. A copy too many is deleted after the next one.
        }
    }

    private static void Write(string path, string part)
    {
        using (var source = Connect(path, SqliteOpenMode.ReadOnly))
        using (var target = Connect(part, SqliteOpenMode.ReadWriteCreate))
        {
            source.BackupDatabase(target);
            Require(target);
        }
        using var file = new FileStream(part, FileMode.Open, FileAccess.Write, FileShare.None);
        file.Flush(flushToDisk: true);
    }

    private static SqliteConnection Connect(string path, SqliteOpenMode mode)
    {
        var connection =
            new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void Require(SqliteConnection copy)
    {
        using var command = copy.CreateCommand();
        command.CommandText = "PRAGMA quick_check(1)";
        if (command.ExecuteScalar() is not "ok" and var health) throw new SqliteException($"{health}", SQLitePCL.raw.SQLITE_CORRUPT);
    }

    private static void DeleteWithJournal(string path)
    {
        File.Delete(path);
        File.Delete(path + "-journal");
    }

    private static void TryDelete(string part)
    {
        try
        {
            DeleteWithJournal(part);
        }
        catch (Exception e) when (FaultOf(e) is not null)
        {
            // What stays is deleted before the next copy. Why there is no copy is worth telling, not this.
        }
    }

    private static int? VersionIn(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int version) ? version : null;

    private static SqlFault? FaultOf(Exception e) => e switch
    {
        SqliteException sqlite => SqlFaults.Of(sqlite),
        IOException io => io.IsDiskFull() ? SqlFault.Full : SqlFault.Unusable,
        UnauthorizedAccessException => SqlFault.Unusable,
        _ => null,
    };
}
