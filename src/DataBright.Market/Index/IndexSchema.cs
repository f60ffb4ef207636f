using System.Security.Cryptography;
using System.Text;
using DataBright.Storage.Sql;

namespace DataBright.Market.Index;

/// <summary>The tables of the index, and the triggers that write down how to undo every change.</summary>
internal static class IndexSchema
{
    /// <summary>Raised where events are entered otherwise in the same tables: an older index is built anew.</summary>
    /// <remarks>Other tables are told by their text.</remarks>
    public const int Version = 9;

    /// <summary>
    /// One change makes all tables: everything in them is on the chain, so an older index is read again and not converted.
    /// </summary>
    public static SqlSchema Of(IReadOnlyList<Projection> projections) => new()
    {
        Owner = "index's",
        Durability = SqlDurability.Derived,
        Probe = "SELECT id, market, cursor FROM position LIMIT 0",
        Changes = [new SqlChange(Version, index => CreateEmpty(index, projections))],
        Otherwise = "delete it: it is built anew from the chain",
        Tuning = "PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;",
        Stored = LedgerColumns.Stored,
    };

    // Tables of no word: what several contracts owe accounts, and events that cannot be read.
    private const string Tables = """
        CREATE TABLE contract_credits (contract TEXT NOT NULL, account TEXT NOT NULL, owed BLOB NOT NULL, withdrawn BLOB NOT NULL);
        CREATE UNIQUE INDEX contract_credits_account ON contract_credits (account, contract);
        CREATE TABLE unreadable (
            block INTEGER NOT NULL, log INTEGER NOT NULL, contract TEXT NOT NULL, topic TEXT NOT NULL, reason TEXT NOT NULL, at INTEGER NOT NULL);
        CREATE INDEX unreadable_order ON unreadable (block, log);
        """;

    // Not part of what is undone: where reading is, and the undo log itself.
    private const string Bookkeeping = """
        CREATE TABLE position (
            id INTEGER PRIMARY KEY CHECK (id = 1), market TEXT NOT NULL, cursor TEXT NOT NULL, block INTEGER NOT NULL, hash TEXT NOT NULL,
            at INTEGER NOT NULL, writing INTEGER NOT NULL, undo_from INTEGER);
        CREATE TABLE undo (id INTEGER PRIMARY KEY, block INTEGER NOT NULL, statement TEXT NOT NULL);
        CREATE INDEX undo_block ON undo (block);
        """;

    /// <summary>A name of the tables by their text: an index that was made with others is built anew, whichever program made it.</summary>
    public static string FormOf(IReadOnlyList<Projection> projections) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(TextOf(projections))).AsSpan(0, 8));

    private static string TextOf(IReadOnlyList<Projection> projections) =>
        string.Concat(projections.Select(projection => projection.Tables).Append(Tables));

    /// <summary>Drops everything and starts again empty. Within the caller's transaction, so that readers see the old or the new.</summary>
    public static void CreateEmpty(SqlSession index, IReadOnlyList<Projection> projections)
    {
        foreach (var table in TablesIn(index)) index.Script($"DROP TABLE {table};");
        foreach (var projection in projections) index.Script(projection.Tables);
        index.Script(Tables);
        foreach (var table in TablesIn(index)) index.Script(UndoTriggers(table, ColumnsOf(index, table)));
        index.Script(Bookkeeping);
    }

    /// <summary>Everything that is derived from the chain, as text: two indexes that say the same are the same.</summary>
    public static IEnumerable<string> Contents(SqlSession index) =>
        from table in TablesIn(index).Except(["position", "undo"]).Order(StringComparer.Ordinal)
        let columns = string.Join(" || '|' || ",
            ColumnsOf(index, table).Where(column => (table, column) != ("workers", "number")).Select(column => $"quote({column})"))
        from line in index.List($"SELECT {columns} FROM {table} ORDER BY 1", row => row.Text())
        select $"{table}: {line}";

    private static IReadOnlyList<string> TablesIn(SqlSession index) =>
        index.List("SELECT name FROM sqlite_master WHERE type = 'table'", row => row.Text());

    private static IReadOnlyList<string> ColumnsOf(SqlSession index, string table) =>
        index.List($"SELECT name FROM pragma_table_info('{table}')", row => row.Text());

    /// <summary>
    /// Three triggers per table that write the opposite statement down, as SQLite's documentation describes for undo.
    /// So a reorganisation is taken back by running the opposites, whatever the change was.
    /// </summary>
    private static string UndoTriggers(string table, IReadOnlyList<string> columns)
    {
        string assigned = string.Join(" || ',' || ", columns.Select(column => $"'{column}=' || quote(old.{column})"));
        string values = string.Join(" || ',' || ", columns.Select(column => $"quote(old.{column})"));
        const string when = "WHEN (SELECT undo_from IS NOT NULL FROM position)";
        string Write(string statement) => $"INSERT INTO undo (block, statement) SELECT writing, {statement} FROM position;";
        return $"""
            CREATE TRIGGER {table}_inserted AFTER INSERT ON {table} {when} BEGIN
                {Write($"'DELETE FROM {table} WHERE rowid=' || new.rowid")} END;
            CREATE TRIGGER {table}_updated AFTER UPDATE ON {table} {when} BEGIN
                {Write($"'UPDATE {table} SET ' || {assigned} || ' WHERE rowid=' || old.rowid")} END;
            CREATE TRIGGER {table}_deleted AFTER DELETE ON {table} {when} BEGIN
                {Write($"'INSERT INTO {table} (rowid,{string.Join(',', columns)}) VALUES (' || old.rowid || ',' || {values} || ')'")} END;
            """;
    }
}
