using DataBright.Storage.Sql;

namespace DataBright.Testing.Databases;

/// <summary>What is in a database file, read without the program that it belongs to.</summary>
public static class FileContents
{
    private static readonly SqlSchema Any = new() { Owner = "", Durability = SqlDurability.Derived, Probe = "", Changes = [],
        Otherwise = "" };

    /// <summary>Every row of every table, as SQLite quotes it.</summary>
    public static IReadOnlyList<string> Rows(string path)
    {
        using var file = new SqlSession(path, Any);
        return
        [
            .. from table in file.List("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name", row => row.Text())
               let columns = file.List($"SELECT name FROM pragma_table_info('{table}')", row => $"quote({row.Text()})")
               from line in file.List($"SELECT {string.Join(" || '|' || ", columns)} FROM {table} ORDER BY 1", row => row.Text())
               select $"{table}: {line}",
        ];
    }

    public static long Number(string path, string sql)
    {
        using var file = new SqlSession(path, Any);
        return file.Number(sql);
    }

    public static void Script(string path, string sql)
    {
        using var file = new SqlSession(path, Any);
        file.Script(sql);
    }
}
