using DataBright.Ethereum;
using DataBright.Market.Index;
using DataBright.Storage.Sql;
using Contract = DataBright.Market.Generated.Models.Events;

namespace DataBright.Market.Models;

/// <summary>What the events of models change in the index.</summary>
internal sealed class ModelProjection : Projection
{
    public override string Tables =>
        """
        CREATE TABLE models (
            id INTEGER PRIMARY KEY, dataset INTEGER NOT NULL, owner TEXT NOT NULL, checkpoint TEXT NOT NULL, architecture TEXT NOT NULL,
            card TEXT, cid BLOB NOT NULL, private INTEGER NOT NULL, job INTEGER, metric INTEGER NOT NULL, price BLOB NOT NULL,
            royalty INTEGER NOT NULL, income BLOB NOT NULL, earned BLOB NOT NULL, block INTEGER NOT NULL, at INTEGER NOT NULL);
        CREATE INDEX models_dataset ON models (dataset, id);
        CREATE INDEX models_job ON models (job) WHERE job IS NOT NULL;
        CREATE TABLE model_parents (model INTEGER NOT NULL, parent INTEGER NOT NULL);
        CREATE UNIQUE INDEX model_parents_up ON model_parents (model, parent);
        CREATE INDEX model_parents_down ON model_parents (parent, model);
        """;

    public override string? Creditors => "SELECT owner FROM models";

    public override bool Apply(Projected into, Log log, LogEntry entry)
    {
        if (log.Address != into.Market.Models || Contract.Find(log) is not { } @event) return false;
        Enter(into.Index, @event, entry);
        return true;
    }

    public override IEnumerable<ContractDebt> Owed(SqlSession index, MarketAddresses market) =>
        [new("Models", market.Models, 0)];

    private static void Enter(SqlSession index, IContractEvent @event, LogEntry entry)
    {
        switch (@event)
        {
            case Contract.ModelRegistered e: Registered(index, e, entry); break;
            case Contract.BestCheckpointMoved e:
                index.Change(
                    $"dataset {e.DatasetId}", "UPDATE datasets SET best_model = $2, best_metric = $3 WHERE id = $1", (ulong)e.DatasetId,
                    e.ModelId.IsZero ? null : (ulong)e.ModelId, e.ModelId.IsZero ? null : (ulong)e.Metric);
                break;
            case Contract.BestCheckpointReplaced e:
                index.Change($"dataset {e.DatasetId}", "UPDATE datasets SET replaced_by = $2 WHERE id = $1", (ulong)e.DatasetId,
                    (ulong)e.ProposalId);
                break;
        }
    }

    private static void Registered(SqlSession index, Contract.ModelRegistered model, LogEntry entry)
    {
        ulong id = (ulong)model.ModelId, job = (ulong)model.JobId;
        index.Run(
            """
            INSERT INTO models (id, dataset, owner, checkpoint, architecture, cid, job, metric, price, block, at, card, private, royalty, income, earned)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15)
            """,
            id, (ulong)model.DatasetId, model.Owner, model.CheckpointHash.ToDigest(), model.ArchitectureHash.ToDigest(), model.Cid,
            job == 0 ? null : job, (ulong)model.Metric, model.Price, entry.Block, entry.At,
            model.CardDigest.IsZero ? null : model.CardDigest.ToDigest(), model.IsPrivate ? 1L : 0L, (ulong)model.RoyaltyBps, UInt128.Zero);
        foreach (var parent in model.Parents)
            index.Run("INSERT INTO model_parents (model, parent) VALUES ($1, $2)", id, (ulong)parent);
    }
}
