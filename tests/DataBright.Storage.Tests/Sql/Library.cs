using DataBright.Storage.Sql;

namespace DataBright.Storage.Tests.Sql;

/// <summary>A made-up kind of file with three versions: books, then their years, then their authors in a table of their own.</summary>
internal static class Library
{
    public static readonly SqlSchema Newest = new()
    {
        Owner = "library's",
        Durability = SqlDurability.Precious,
        Probe = "SELECT id, title FROM books LIMIT 0",
        Changes =
        [
            new SqlChange(1,
                file =>
                    file.Script("CREATE TABLE IF NOT EXISTS books (id INTEGER PRIMARY KEY, title TEXT NOT NULL, author TEXT NOT NULL)")),
            new SqlChange(2, file => file.Script("ALTER TABLE books ADD COLUMN year INTEGER NOT NULL DEFAULT 1900")),
            new SqlChange(3, file => file.Script(
                """
                CREATE TABLE authors (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
                INSERT INTO authors (name) SELECT DISTINCT author FROM books ORDER BY author;
                UPDATE books SET author = (SELECT id FROM authors WHERE name = books.author);
                """)),
        ],
        Otherwise = "move it away to begin without books",
        IsCopied = true,
    };

    /// <summary>The kind of file as the program knew it that wrote a version.</summary>
    public static SqlSchema Until(int version) => Newest with { Changes = [.. Newest.Changes.Take(version)] };

    /// <summary>Writes a file as the program of a version would, with books in it.</summary>
    public static void Write(string path, int version, int books = 20)
    {
        using var file = SqlFile.Open(path, Until(version));
        file.Atomically(() =>
        {
            for (int i = 0; i < books; i++) file.Run("INSERT INTO books (title, author) VALUES ($1, $2)", $"Title {i}", $"Author {i % 3}");
        });
    }
}
