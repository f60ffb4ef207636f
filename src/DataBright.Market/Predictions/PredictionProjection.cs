using System.Numerics;
using DataBright.Ethereum;
using DataBright.Market.Index;
using DataBright.Storage.Sql;
using Contract = DataBright.Market.Generated.Predictions.Events;

namespace DataBright.Market.Predictions;

/// <summary>What the events of prediction channels change in the index.</summary>
internal sealed class PredictionProjection : Projection
{
    public override string Tables =>
        """
        CREATE TABLE appointments (model INTEGER NOT NULL, worker TEXT NOT NULL, worker_bps INTEGER NOT NULL, serves INTEGER NOT NULL, at INTEGER NOT NULL);
        CREATE UNIQUE INDEX appointments_worker ON appointments (model, worker);
        CREATE TABLE channels (
            id INTEGER PRIMARY KEY, state INTEGER NOT NULL, model INTEGER NOT NULL, buyer TEXT NOT NULL, signer TEXT NOT NULL, worker TEXT NOT NULL,
            worker_bps INTEGER NOT NULL, deposit BLOB NOT NULL, settled BLOB NOT NULL, settlements INTEGER NOT NULL, closes_at INTEGER,
            block INTEGER NOT NULL, at INTEGER NOT NULL);
        CREATE INDEX channels_model ON channels (model, id);
        CREATE INDEX channels_buyer ON channels (buyer, id);
        CREATE INDEX channels_worker ON channels (worker, id);
        CREATE TABLE distributions (
            model INTEGER NOT NULL, amount BLOB NOT NULL, dataset_part BLOB NOT NULL, owner_part BLOB NOT NULL, block INTEGER NOT NULL,
            log INTEGER NOT NULL, at INTEGER NOT NULL);
        CREATE UNIQUE INDEX distributions_order ON distributions (model, block, log);
        CREATE TABLE royalties (
            model INTEGER NOT NULL, parent INTEGER NOT NULL, amount BLOB NOT NULL, block INTEGER NOT NULL, log INTEGER NOT NULL, at INTEGER NOT NULL);
        CREATE UNIQUE INDEX royalties_order ON royalties (parent, block, log);
        """;

    public override string? Creditors => "SELECT buyer FROM channels";

    public override bool Apply(Projected into, Log log, LogEntry entry)
    {
        if (log.Address != into.Market.Predictions || Contract.Find(log) is not { } @event) return false;
        Enter(into.Index, into.Market.Predictions, @event, entry);
        return true;
    }

    public override IEnumerable<ContractDebt> Owed(SqlSession index, MarketAddresses market) =>
        [new("Predictions", market.Predictions, Units(DustReserve.Sum) + Channels(index) + Credits(index, market.Predictions))];

    private static void Enter(SqlSession index, Address contract, IContractEvent @event, LogEntry entry)
    {
        switch (@event)
        {
            case Contract.WorkerAppointed e:
                index.Run(
                    """
                    INSERT INTO appointments (model, worker, worker_bps, serves, at) VALUES ($1, $2, $3, 1, $4)
                    ON CONFLICT (model, worker) DO UPDATE SET worker_bps = $3, serves = 1, at = $4
                    """,
                    (ulong)e.ModelId, e.Worker, (ulong)e.WorkerBps, entry.At);
                break;
            case Contract.WorkerDismissed e:
                index.Change($"an appointment of {e.Worker}", "UPDATE appointments SET serves = 0 WHERE model = $1 AND worker = $2",
                    (ulong)e.ModelId, e.Worker);
                break;
            case Contract.ChannelOpened e:
                index.Run(
                    """
                    INSERT INTO channels (id, state, model, buyer, signer, worker, worker_bps, deposit, settled, settlements, block, at)
                    VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $10)
                    """,
                    (ulong)e.ChannelId, (ulong)e.ModelId, e.Buyer, e.Signer, e.Worker, (ulong)e.WorkerBps, e.Deposit, UInt128.Zero,
                    entry.Block, entry.At);
                break;
            case Contract.ChannelToppedUp e:
                index.Change($"channel {e.ChannelId}", "UPDATE channels SET deposit = $2 WHERE id = $1", (ulong)e.ChannelId, e.Deposit);
                break;
            case Contract.VoucherSettled e:
                index.Change($"channel {e.ChannelId}", "UPDATE channels SET settled = $2, settlements = settlements + 1 WHERE id = $1",
                    (ulong)e.ChannelId, e.Cumulative);
                Earn(index, (ulong)index.Number("SELECT model FROM channels WHERE id = $1", (ulong)e.ChannelId), (UInt128)e.ModelPart);
                break;
            case Contract.ClosingBegun e:
                index.Change($"channel {e.ChannelId}", "UPDATE channels SET state = $2, closes_at = $3 WHERE id = $1", (ulong)e.ChannelId,
                    ChannelState.Closing, (ulong)e.ClosesAt);
                break;
            case Contract.ChannelClosed e:
                index.Change($"channel {e.ChannelId}", "UPDATE channels SET state = $2, closes_at = NULL WHERE id = $1", (ulong)e.ChannelId,
                    ChannelState.Closed);
                break;
            case Contract.EarningsDistributed e: Distributed(index, e, entry); break;
            case Contract.RoyaltyPaid e:
                index.Run(
                    "INSERT INTO royalties (model, parent, amount, block, log, at) VALUES ($1, $2, $3, $4, $5, $6)",
                    (ulong)e.ModelId, (ulong)e.Parent, e.Amount, entry.Block, entry.Log, entry.At);
                Earn(index, (ulong)e.Parent, (UInt128)e.Amount);
                break;
            case Contract.CreditGiven e: CreditBook.Give(index, contract, e.Account, (UInt128)e.Amount); break;
            case Contract.CreditWithdrawn e: CreditBook.Withdraw(index, contract, e.Account, (UInt128)e.Amount); break;
        }
    }

    private static void Distributed(SqlSession index, Contract.EarningsDistributed done, LogEntry entry)
    {
        ulong model = (ulong)done.ModelId;
        index.Run(
            "INSERT INTO distributions (model, amount, dataset_part, owner_part, block, log, at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            model, done.Amount, done.DatasetPart, done.OwnerPart, entry.Block, entry.Log, entry.At);
        var left = checked(index.Amount("SELECT earned FROM models WHERE id = $1", model) - (UInt128)done.Amount);
        index.Change($"model {model}", "UPDATE models SET earned = $2 WHERE id = $1", model, left);
    }

    private static void Earn(SqlSession index, ulong model, UInt128 amount)
    {
        var earned = checked(index.Amount("SELECT earned FROM models WHERE id = $1", model) + amount);
        var income = checked(index.Amount("SELECT income FROM models WHERE id = $1", model) + amount);
        index.Change($"model {model}", "UPDATE models SET earned = $2, income = $3 WHERE id = $1", model, earned, income);
    }

    /// <summary>What buyers deposited and workers have not settled, and what models earned and nobody has distributed.</summary>
    private static BigInteger Channels(SqlSession index) =>
        Sum(index.List("SELECT deposit, settled FROM channels WHERE state <> $1", row => Units(row.Money()) - Units(row.Money()),
            ChannelState.Closed))
        + Sum(index.List("SELECT earned FROM models", row => Units(row.Money())));
}
