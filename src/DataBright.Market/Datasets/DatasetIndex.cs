using System.Text.Json;
using DataBright.Ethereum;
using DataBright.Market.Index;
using DataBright.Storage;
using DataBright.Storage.Sql;

namespace DataBright.Market.Datasets;

/// <summary>A dataset with its figures.</summary>
/// <param name="Measurement">Hash of the terms by which proposals are measured; zero for the usual ones.</param>
/// <param name="Shards">Shards on the list now.</param>
/// <param name="Points">Data points on the list now.</param>
/// <param name="Holders">Accounts that hold shares now.</param>
/// <param name="OpenProposals">Proposals that are not finalised.</param>
/// <param name="Revenue">All dividends ever paid in.</param>
/// <param name="Claimed">Dividends that were claimed.</param>
/// <param name="ReplacedBy">The last vote on the best model that was carried out.</param>
public sealed record IndexedDataset(
    DatasetId Id, string Name, string Symbol, Address Initiator, Address ShareToken, Digest Description, Digest Schema, Digest HeldOut,
    Digest Measurement,
    DatasetPolicy Policy, Hash32 VersionRoot, long Points, int Shards, ShareAmount Supply, int Holders, int OpenProposals, Money Revenue,
    Money Claimed, ModelId? BestModel, long? BestMetricPpm, ProposalId? ReplacedBy, ulong Block, DateTimeOffset CreatedAt);

/// <summary>A shard that was accepted at some time.</summary>
/// <param name="Number">Its place in the dataset, from one.</param>
/// <param name="Cid">Where its bytes are; null where its contributor wrote something that is no CID.</param>
/// <param name="Proposal">The proposal that listed it; null for the founding shard.</param>
/// <param name="AccuracyBeforePpm">Measured without it; null where nobody measured.</param>
/// <param name="AccuracyAfterPpm">Measured with it.</param>
public sealed record IndexedShard(
    DatasetId Dataset, int Number, Hash32 Root, Cid? Cid, int Count, Address Contributor, ProposalId? Proposal, long? AccuracyBeforePpm,
    long? AccuracyAfterPpm, ShareAmount Minted, bool Delisted, ulong Block, DateTimeOffset ListedAt);

/// <summary>Datasets in the index.</summary>
public sealed class DatasetIndex
{
    private const string Columns = """
        id, name, symbol, initiator, share_token, description, schema, held_out, measurement, policy, version_root, points, shards, supply, holders,
        (SELECT count(*) FROM proposals WHERE dataset = datasets.id AND state = 1), revenue, claimed, best_model, best_metric, replaced_by, block, at
        """;

    private readonly IndexFile _file;

    internal DatasetIndex(IndexFile file) => _file = file;

    /// <summary>Who judges its proposals, 32 at most; nobody where all shareholders do.</summary>
    public IReadOnlyList<Address> Curators(DatasetId id) => _file.Read(index =>
        index.List("SELECT curator FROM curators WHERE dataset = $1 ORDER BY rowid", row => new { Curator = row.Address() }, id)
            .Select(row => row.Curator).ToArray());

    /// <summary>The dataset of a share token; null where it is none of the market's.</summary>
    public DatasetId? OfToken(Address token) => _file.Read(index => index.First(
        "SELECT id FROM datasets WHERE share_token = $1", row => new { Id = row.Id<DatasetId>() }, token))?.Id;

    /// <summary>The digests of all descriptions.</summary>
    public IReadOnlyList<Digest> Descriptions() =>
        [.. _file.Read(index => index.List("SELECT DISTINCT description FROM datasets", row => new { Digest = row.Digest() }))
            .Select(row => row.Digest)];

    public IndexedDataset? Find(DatasetId id) =>
        _file.Read(index => index.First($"SELECT {Columns} FROM datasets WHERE id = $1", Read, id));

    /// <summary>Newest first.</summary>
    /// <param name="request">Which part.</param>
    /// <param name="words">Words of which each must be in the name or the symbol; null for all.</param>
    public Slice<IndexedDataset> List(SliceRequest request, string? words = null)
    {
        var patterns = (words ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(5).Select(Pattern).ToList();
        while (patterns.Count < 5) patterns.Add("%");
        var read = _file.Read(index => index.List(
            $"""
            SELECT {Columns} FROM datasets WHERE id < $1 AND name || ' ' || symbol LIKE $2 ESCAPE '\' AND name || ' ' || symbol LIKE $3 ESCAPE '\'
                AND name || ' ' || symbol LIKE $4 ESCAPE '\' AND name || ' ' || symbol LIKE $5 ESCAPE '\' AND name || ' ' || symbol LIKE $6 ESCAPE '\'
            ORDER BY id DESC LIMIT $7
            """,
            Read, request.NumberOr(long.MaxValue), patterns[0], patterns[1], patterns[2], patterns[3], patterns[4], request.Limit + 1));
        return request.Cut(read, dataset => dataset.Id.ToString());
    }

    /// <summary>All shards ever accepted, in the order of their listing.</summary>
    public Slice<IndexedShard> Shards(DatasetId id, SliceRequest request)
    {
        var read = _file.Read(index => index.List(
            """
            SELECT s.dataset, s.number, s.root, s.cid, s.count, s.contributor, s.proposal, p.accuracy_before, p.accuracy_after, s.minted, s.delisted,
                s.block, s.at
            FROM shards s LEFT JOIN proposals p ON p.id = s.proposal WHERE s.dataset = $1 AND s.number > $2 ORDER BY s.number LIMIT $3
            """,
            ReadShard, id, request.NumberOr(0), request.Limit + 1));
        return request.Cut(read, shard => $"{shard.Number}");
    }

    private static string Pattern(string word) =>
        $"%{word.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal)
            .Replace("_", "\\_", StringComparison.Ordinal)}%";

    private static IndexedDataset Read(SqlRow row) => new(
        row.Id<DatasetId>(), PlainText.Shown(row.Text()), PlainText.Shown(row.Text()), row.Address(), row.Address(), row.Digest(),
        row.Digest(), row.Digest(), row.Digest(),
        JsonSerializer.Deserialize<DatasetPolicy>(row.Text())!, row.Hash(), row.Long(), row.Int(), row.Shares(), row.Int(), row.Int(),
        row.Money(),
        row.Money(), row.OrNone(row.Id<ModelId>), row.OrNone(row.Long), row.OrNone(row.Id<ProposalId>), row.Block(), row.Time());

    private static IndexedShard ReadShard(SqlRow row) => new(
        row.Id<DatasetId>(), row.Int(), row.Hash(), row.Cid(), row.Int(), row.Address(), row.OrNone(row.Id<ProposalId>),
        row.OrNone(row.Long),
        row.OrNone(row.Long), row.Shares(), row.Bool(), row.Block(), row.Time());
}
