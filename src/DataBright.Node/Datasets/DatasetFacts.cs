using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Node.Descriptions;
using DataBright.Node.Rest;
using DataBright.Storage;

namespace DataBright.Node.Datasets;

/// <summary>What a card shows of a dataset.</summary>
/// <param name="Purpose">From the description behind <see cref="DatasetFacts.MetadataDigest"/>; null where this node does not have
/// it.</param>
/// <param name="BestAccuracy">What was measured of its best model; null where there is none, or a vote named one that nobody
/// measured.</param>
/// <param name="Slices">The listed shards in order, for the strip that is a dataset's picture.</param>
public sealed record DatasetSummary(
    DatasetId Id,
    string Name,
    string Symbol,
    string? Purpose,
    Address Initiator,
    long Points,
    int Shards,
    int Shareholders,
    int OpenProposals,
    Money Revenue,
    Fraction? BestAccuracy,
    DateTimeOffset CreatedAt,
    IReadOnlyList<ShardSlice> Slices);

/// <summary>One shard as a piece of its dataset.</summary>
/// <param name="Contributor">Contributors are numbered by their first shard; the initiator's side is 0.</param>
public readonly record struct ShardSlice(int Points, int Contributor);

/// <summary>A dataset in full.</summary>
/// <param name="Curators">Who judges proposals before any shareholder is asked; nobody where shareholders decide.</param>
/// <param name="Measurement">How proposals are measured; null where this node does not have the terms.</param>
public sealed record DatasetFacts(
    DatasetSummary Summary,
    string? Licence,
    string? Schema,
    Hash32 MetadataDigest,
    Hash32 SchemaHash,
    Hash32 HeldOutDigest,
    Hash32 VersionRoot,
    Address ShareToken,
    ShareAmount Supply,
    Money Claimed,
    ModelId? BestModel,
    DatasetPolicy Policy,
    IReadOnlyList<Address> Curators,
    MeasurementFacts? Measurement = null)
{
    /// <summary>What the numbers of its points mean; null for datasets of before, whose classes are called by their numbers.</summary>
    public DatasetMeaning? Meaning { get; init; }

    /// <summary>What the next best model has to be better than; null where there is none.</summary>
    public Fraction? BestToBeat { get; init; }

    /// <summary>The last vote on the best model that was carried out; null where there was none.</summary>
    public ProposalId? ReplacedBy { get; init; }

    /// <summary>Which model is best, or that none is, is what that vote named: no referee's word has moved it since.</summary>
    public bool BestByVote { get; init; }
}

/// <summary>An accepted shard.</summary>
/// <param name="Number">Its place in the dataset, from one.</param>
/// <param name="Proposal">Null for the founding shard.</param>
/// <param name="AccuracyAfter">Measured with this shard and all before it; null where nobody measured.</param>
public sealed record ShardFacts(
    int Number,
    Hash32 Root,
    Cid? Cid,
    int Points,
    Address Contributor,
    int ContributorNumber,
    ProposalId? Proposal,
    Fraction? AccuracyBefore,
    Fraction? AccuracyAfter,
    ShareAmount SharesMinted,
    bool Delisted,
    ulong Block,
    DateTimeOffset ListedAt);

/// <summary>Money that came in for a dataset's shareholders.</summary>
public sealed record RevenueEntry(ulong Block, DateTimeOffset At, Address Payer, Money Amount, ShareAmount Supply);
