using System.Numerics;
using DataBright.Ethereum;
using DataBright.Market.Index;
using DataBright.Storage.Sql;
using Contract = DataBright.Market.Generated.Workers.Events;

namespace DataBright.Market.Workers;

/// <summary>Workers in the index: their table, what their events change, and the stakes that the contract holds.</summary>
internal sealed class WorkerProjection : Projection
{
    public override string Tables =>
        """
        CREATE TABLE workers (
            number INTEGER PRIMARY KEY, address TEXT NOT NULL UNIQUE, registered INTEGER NOT NULL, stake BLOB NOT NULL, minimum_fee BLOB NOT NULL,
            encryption_key BLOB NOT NULL, capabilities TEXT NOT NULL, exit_at INTEGER, earned BLOB NOT NULL, slashed BLOB NOT NULL,
            jobs INTEGER NOT NULL, convictions INTEGER NOT NULL, block INTEGER NOT NULL, at INTEGER NOT NULL);
        """;

    public override string? Creditors => "SELECT address FROM workers";

    public override bool Apply(Projected into, Log log, LogEntry entry)
    {
        if (log.Address != into.Market.Workers || Contract.Find(log) is not { } @event) return false;
        Enter(into.Index, @event, entry);
        return true;
    }

    public override IEnumerable<ContractDebt> Owed(SqlSession index, MarketAddresses market) =>
        [new("Workers", market.Workers, Stakes(index))];

    private static void Enter(SqlSession index, IContractEvent @event, LogEntry entry)
    {
        switch (@event)
        {
            case Contract.WorkerRegistered e:
                // It may have been here before: what it earned and lost then stays.
                index.Run(
                    """
                    INSERT INTO workers (address, registered, stake, minimum_fee, encryption_key, capabilities, earned, slashed, jobs, convictions, block, at)
                    VALUES ($1, 1, $2, $3, $4, $5, $6, $6, 0, 0, $7, $8)
                    ON CONFLICT (address) DO UPDATE SET registered = 1, stake = $2, minimum_fee = $3, encryption_key = $4, capabilities = $5,
                        exit_at = NULL, block = $7, at = $8
                    """,
                    e.Worker, e.Stake, e.MinimumFee, e.EncryptionKey, e.CapabilitiesDigest.ToDigest(), UInt128.Zero, entry.Block, entry.At);
                break;
            case Contract.MinimumFeeChanged e:
                index.Change($"worker {e.Worker}", "UPDATE workers SET minimum_fee = $2 WHERE address = $1", e.Worker, e.MinimumFee);
                break;
            case Contract.StakeAdded e:
                index.Change($"worker {e.Worker}", "UPDATE workers SET stake = $2 WHERE address = $1", e.Worker, e.Stake);
                break;
            case Contract.WorkerSlashed e:
                index.Change($"worker {e.Worker}", "UPDATE workers SET stake = $2 WHERE address = $1", e.Worker, e.Stake);
                break;
            case Contract.ExitBegun e:
                index.Change($"worker {e.Worker}", "UPDATE workers SET exit_at = $2 WHERE address = $1", e.Worker, (ulong)e.ExitAt);
                break;
            case Contract.StakeWithdrawn e:
                index.Change($"worker {e.Worker}", "UPDATE workers SET registered = 0, stake = $2, exit_at = NULL WHERE address = $1",
                    e.Worker, UInt128.Zero);
                break;
        }
    }

    private static BigInteger Stakes(SqlSession index) =>
        Sum(index.List("SELECT stake FROM workers WHERE registered = 1", row => Units(row.Money())));
}
