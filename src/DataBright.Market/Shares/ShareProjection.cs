using DataBright.Ethereum;
using DataBright.Market.Index;
using DataBright.Storage.Sql;
using Contract = DataBright.Market.Generated.Shares.Events;

namespace DataBright.Market.Shares;

/// <summary>What the events of one dataset's shares change in the index.</summary>
internal sealed class ShareProjection : Projection
{
    public override string Tables =>
        """
        CREATE TABLE holdings (dataset INTEGER NOT NULL, holder TEXT NOT NULL, shares BLOB NOT NULL, claimed BLOB NOT NULL);
        CREATE UNIQUE INDEX holdings_holder ON holdings (dataset, holder);
        CREATE INDEX holdings_size ON holdings (dataset, shares, holder);
        CREATE INDEX holdings_of ON holdings (holder, dataset);
        CREATE TABLE supplies (dataset INTEGER NOT NULL, block INTEGER NOT NULL, supply BLOB NOT NULL);
        CREATE UNIQUE INDEX supplies_block ON supplies (dataset, block);
        CREATE TABLE deposits (
            dataset INTEGER NOT NULL, block INTEGER NOT NULL, log INTEGER NOT NULL, at INTEGER NOT NULL, payer TEXT NOT NULL,
            amount BLOB NOT NULL, supply BLOB NOT NULL);
        CREATE UNIQUE INDEX deposits_order ON deposits (dataset, block, log);
        CREATE TABLE claims (
            dataset INTEGER NOT NULL, block INTEGER NOT NULL, log INTEGER NOT NULL, at INTEGER NOT NULL, holder TEXT NOT NULL, amount BLOB NOT NULL);
        CREATE UNIQUE INDEX claims_order ON claims (dataset, block, log);
        """;

    public override string? Creditors => "SELECT holder FROM holdings";

    public override bool Apply(Projected into, Log log, LogEntry entry)
    {
        if (!into.Tokens.TryGetValue(log.Address, out var dataset) || Contract.Find(log) is not { } @event) return false;
        Enter(into.Index, dataset, @event, entry);
        return true;
    }

    /// <summary>Each dataset has a share token of its own, which keeps the dividends that nobody has claimed.</summary>
    public override IEnumerable<ContractDebt> Owed(SqlSession index, MarketAddresses market) => index.List(
        "SELECT symbol, share_token, revenue, claimed FROM datasets ORDER BY id",
        row => new ContractDebt($"Shares {PlainText.Shown(row.Text())}", row.Address(), Units(row.Money()) - Units(row.Money())));

    private static void Enter(SqlSession index, ulong dataset, IContractEvent @event, LogEntry entry)
    {
        switch (@event)
        {
            case Contract.Transfer e: Moved(index, dataset, e, entry); break;
            case Contract.DividendDeposited e:
                index.Run(
                    "INSERT INTO deposits (dataset, block, log, at, payer, amount, supply) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                    dataset, entry.Block, entry.Log, entry.At, e.Payer, e.Amount, e.Supply);
                index.Run(
                    "UPDATE datasets SET revenue = $2 WHERE id = $1",
                    dataset, checked(index.Amount("SELECT revenue FROM datasets WHERE id = $1", dataset) + (UInt128)e.Amount));
                break;
            case Contract.DividendClaimed e: Claimed(index, dataset, e, entry); break;
        }
    }

    private static void Moved(SqlSession index, ulong dataset, Contract.Transfer move, LogEntry entry)
    {
        var amount = (UInt128)move.Value;
        if (move.From.IsZero)
        {
            var supply = checked(index.Amount("SELECT supply FROM datasets WHERE id = $1", dataset) + amount);
            index.Run("UPDATE datasets SET supply = $2 WHERE id = $1", dataset, supply);
            index.Run(
                "INSERT INTO supplies (dataset, block, supply) VALUES ($1, $2, $3) ON CONFLICT (dataset, block) DO UPDATE SET supply = $3",
                dataset, entry.Block, supply);
        }
        else
        {
            var held = SharesOf(index, dataset, move.From);
            Hold(index, dataset, move.From, held, checked(held - amount));
        }
        var had = SharesOf(index, dataset, move.To);
        Hold(index, dataset, move.To, had, checked(had + amount));
    }

    private static UInt128 SharesOf(SqlSession index, ulong dataset, Address holder) =>
        index.Amount("SELECT shares FROM holdings WHERE dataset = $1 AND holder = $2", dataset, holder);

    private static void Hold(SqlSession index, ulong dataset, Address holder, UInt128 before, UInt128 after)
    {
        if (before == after) return;
        index.Run(
            """
            INSERT INTO holdings (dataset, holder, shares, claimed) VALUES ($1, $2, $3, $4)
            ON CONFLICT (dataset, holder) DO UPDATE SET shares = $3
            """,
            dataset, holder, after, UInt128.Zero);
        int change = (after != 0 ? 1 : 0) - (before != 0 ? 1 : 0);
        if (change != 0) index.Run("UPDATE datasets SET holders = holders + $2 WHERE id = $1", dataset, (long)change);
    }

    private static void Claimed(SqlSession index, ulong dataset, Contract.DividendClaimed claim, LogEntry entry)
    {
        index.Run(
            "INSERT INTO claims (dataset, block, log, at, holder, amount) VALUES ($1, $2, $3, $4, $5, $6)",
            dataset, entry.Block, entry.Log, entry.At, claim.Holder, claim.Amount);
        var ofHolder = index.Amount("SELECT claimed FROM holdings WHERE dataset = $1 AND holder = $2", dataset, claim.Holder);
        index.Run("UPDATE holdings SET claimed = $3 WHERE dataset = $1 AND holder = $2", dataset, claim.Holder,
            checked(ofHolder + (UInt128)claim.Amount));
        var ofAll = index.Amount("SELECT claimed FROM datasets WHERE id = $1", dataset);
        index.Run("UPDATE datasets SET claimed = $2 WHERE id = $1", dataset, checked(ofAll + (UInt128)claim.Amount));
    }
}
