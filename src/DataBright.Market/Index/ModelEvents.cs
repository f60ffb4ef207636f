using DataBright.Ethereum;
using DataBright.Market.Sql;
using Contract = DataBright.Market.Generated.Models.Events;

namespace DataBright.Market.Index;

/// <summary>What the events of models change in the index.</summary>
internal static class ModelEvents
{
    public static void Apply(SqlSession index, IContractEvent @event, LogEntry entry)
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
                index.Change($"dataset {e.DatasetId}", "UPDATE datasets SET replaced_by = $2 WHERE id = $1", (ulong)e.DatasetId, (ulong)e.ProposalId);
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
