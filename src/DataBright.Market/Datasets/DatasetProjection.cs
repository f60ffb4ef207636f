using System.Text.Json;
using DataBright.Ethereum;
using DataBright.Market.Index;
using DataBright.Storage.Sql;
using Contract = DataBright.Market.Generated.Datasets.Events;

namespace DataBright.Market.Datasets;

/// <summary>What the events of datasets change in the index.</summary>
internal sealed class DatasetProjection : Projection
{
    public override string Tables =>
        """
        CREATE TABLE datasets (
            id INTEGER PRIMARY KEY, initiator TEXT NOT NULL, share_token TEXT NOT NULL UNIQUE, name TEXT NOT NULL, symbol TEXT NOT NULL,
            description TEXT NOT NULL, schema TEXT NOT NULL, held_out TEXT NOT NULL, measurement TEXT NOT NULL, policy TEXT NOT NULL, version_root TEXT NOT NULL,
            points INTEGER NOT NULL, shards INTEGER NOT NULL, supply BLOB NOT NULL, holders INTEGER NOT NULL, revenue BLOB NOT NULL,
            claimed BLOB NOT NULL, best_model INTEGER, best_metric INTEGER, replaced_by INTEGER, block INTEGER NOT NULL, at INTEGER NOT NULL);
        CREATE TABLE shards (
            dataset INTEGER NOT NULL, number INTEGER NOT NULL, root TEXT NOT NULL, cid BLOB NOT NULL, count INTEGER NOT NULL,
            contributor TEXT NOT NULL, proposal INTEGER, minted BLOB NOT NULL, delisted INTEGER NOT NULL, block INTEGER NOT NULL, at INTEGER NOT NULL);
        CREATE UNIQUE INDEX shards_number ON shards (dataset, number);
        CREATE UNIQUE INDEX shards_root ON shards (dataset, root);
        CREATE INDEX shards_contributor ON shards (contributor, dataset);
        CREATE TABLE curators (dataset INTEGER NOT NULL, curator TEXT NOT NULL);
        CREATE UNIQUE INDEX curators_dataset ON curators (dataset, curator);
        """;

    public override string? Creditors => "SELECT contributor FROM shards";

    public override bool Apply(Projected into, Log log, LogEntry entry)
    {
        if (log.Address != into.Market.Datasets || Contract.Find(log) is not { } @event) return false;
        Enter(into.Index, @event, entry);
        if (@event is Contract.DatasetCreated created) into.Tokens[created.Shares] = (ulong)created.DatasetId;
        return true;
    }

    public override IEnumerable<ContractDebt> Owed(SqlSession index, MarketAddresses market) =>
        [new("Datasets", market.Datasets, 0)];

    private static void Enter(SqlSession index, IContractEvent @event, LogEntry entry)
    {
        switch (@event)
        {
            case Contract.DatasetCreated created: Created(index, created, entry); break;
            case Contract.ShardListed listed: Listed(index, listed, entry); break;
            case Contract.ShardDelisted delisted: Delisted(index, delisted); break;
        }
    }

    private static void Created(SqlSession index, Contract.DatasetCreated created, LogEntry entry)
    {
        var charter = created.Charter;
        index.Run(
            """
            INSERT INTO datasets (id, initiator, share_token, name, symbol, description, schema, held_out, measurement, policy, version_root, points, shards,
                supply, holders, revenue, claimed, block, at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, 0, $12, 0, $12, $12, $13, $14)
            """,
            (ulong)created.DatasetId, created.Initiator, created.Shares, charter.ShareName, charter.ShareSymbol,
            charter.MetadataDigest.ToDigest(),
            charter.SchemaHash.ToDigest(), charter.HeldOutDigest.ToDigest(), charter.MeasurementHash.ToDigest(),
            JsonSerializer.Serialize(DatasetPolicy.From(charter.Policy)),
            Hash32.Zero, UInt128.Zero, entry.Block, entry.At);
        foreach (var curator in charter.Curators)
            index.Run("INSERT INTO curators (dataset, curator) VALUES ($1, $2)", (ulong)created.DatasetId, curator);
        Enter(index, (ulong)created.DatasetId, charter.ShardRoot, charter.ShardCid, charter.ShardCount, created.Initiator, null,
            UInt128.Zero, entry);
    }

    private static void Listed(SqlSession index, Contract.ShardListed listed, LogEntry entry)
    {
        ulong dataset = (ulong)listed.DatasetId, proposal = (ulong)listed.ProposalId;
        if (proposal != 0)
        {
            var cid = index.First("SELECT cid FROM proposals WHERE id = $1", row => row.Bytes(), proposal) ?? [];
            Enter(index, dataset, listed.ShardRoot, cid, (ulong)listed.Count, listed.Contributor, proposal,
                (UInt128)listed.SharesMinted, entry);
            index.Change($"proposal {proposal}", "UPDATE proposals SET minted = $2 WHERE id = $1", proposal, listed.SharesMinted);
        }
        index.Change(
            $"dataset {dataset}", "UPDATE datasets SET points = points + $2, shards = shards + 1, version_root = $3 WHERE id = $1",
            dataset, (ulong)listed.Count, listed.VersionRoot);
    }

    private static void Delisted(SqlSession index, Contract.ShardDelisted delisted)
    {
        ulong dataset = (ulong)delisted.DatasetId;
        long count = index.Number("SELECT count FROM shards WHERE dataset = $1 AND root = $2", dataset, delisted.ShardRoot);
        index.Change($"shard {delisted.ShardRoot}", "UPDATE shards SET delisted = 1 WHERE dataset = $1 AND root = $2", dataset,
            delisted.ShardRoot);
        index.Change(
            $"dataset {dataset}", "UPDATE datasets SET points = points - $2, shards = shards - 1, version_root = $3 WHERE id = $1", dataset,
            count, delisted.VersionRoot);
    }

    private static void Enter(
        SqlSession index, ulong dataset, Hash32 root, ReadOnlyMemory<byte> cid, ulong count, Address contributor, ulong? proposal,
        UInt128 minted, LogEntry entry) => index.Run(
            """
            INSERT INTO shards (dataset, number, root, cid, count, contributor, proposal, minted, delisted, block, at)
            VALUES ($1, (SELECT coalesce(max(number), 0) + 1 FROM shards WHERE dataset = $1), $2, $3, $4, $5, $6, $7, 0, $8, $9)
            """,
            dataset, root, cid, checked((int)count), contributor, proposal, minted, entry.Block, entry.At);
}
