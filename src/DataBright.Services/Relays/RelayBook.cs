using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Storage.Sql;

namespace DataBright.Services.Relays;

/// <summary>
/// What a relayer has carried, in SQLite: limits and answers outlive the process. Whoever loses the file loses both, and no money.
/// </summary>
internal sealed class RelayBook : IRelayBook
{
    /// <summary>
    /// Not copied before a change: what is lost with it is only how much was carried today, and answers the chain has as well.
    /// </summary>
    internal static readonly SqlSchema Schema = new()
    {
        Owner = "relayer's",
        Durability = SqlDurability.Derived,
        Probe = "SELECT number, name, account, block, at FROM errands LIMIT 0",
        Changes = [new SqlChange(1, CreateTables)],
        Otherwise = "move it away: the day's limits begin anew then, and no money is lost",
        Stored = LedgerColumns.Stored,
        Busy = TimeSpan.FromSeconds(3),
    };

    private readonly SqlStore _store;

    public RelayBook(string path) => _store = new SqlStore(path, Schema);

    public DatabaseException? Trouble => _store.LookAgain();

    public RelayRecord? Last(string name) => _store.Look(file => file.First(
        "SELECT number, name, block, tx FROM errands WHERE name = $1 ORDER BY number DESC LIMIT 1",
        row => new RelayRecord(row.Long(), row.Text(), row.Block(), row.OrNone(row.Hash)), name));

    public (int All, int OfAccount) Count(string kind, Address account, DateTimeOffset since) => _store.Look(file => (
        (int)file.Number("SELECT count(*) FROM errands WHERE at > $1", since),
        (int)file.Number("SELECT count(*) FROM errands WHERE account = $1 AND at > $2 AND name LIKE $3", account, since, $"{kind} %")));

    public long Begin(string name, Address account, ulong block, DateTimeOffset at) => _store.Do(file =>
    {
        file.Run("INSERT INTO errands (name, account, block, at) VALUES ($1, $2, $3, $4)", name, account, block, at);
        return file.Number("SELECT last_insert_rowid()");
    });

    public void End(long number, Hash32 transaction) =>
        _store.Do(file => file.Run("UPDATE errands SET tx = $2 WHERE number = $1", number, transaction));

    public void Drop(long number) => _store.Do(file => file.Run("DELETE FROM errands WHERE number = $1", number));

    public void Dispose() => _store.Dispose();

    /// <summary>Databright 0.1.0 made the same tables without a number, and not in one transaction.</summary>
    private static void CreateTables(SqlSession file) => file.Script(
        """
        CREATE TABLE IF NOT EXISTS errands (
            number INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, account TEXT NOT NULL, block INTEGER NOT NULL, at INTEGER NOT NULL,
            tx TEXT);
        CREATE INDEX IF NOT EXISTS errands_name ON errands (name, number);
        CREATE INDEX IF NOT EXISTS errands_account ON errands (account, at);
        CREATE INDEX IF NOT EXISTS errands_at ON errands (at);
        """);
}
