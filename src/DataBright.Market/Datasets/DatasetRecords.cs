using DataBright.Ethereum;
using DataBright.Storage;

namespace DataBright.Market.Datasets;

/// <summary>A shard as it is offered to the ledger: its root, its size and where its bytes are.</summary>
public sealed record OfferedShard(Hash32 Root, int Count, Cid Cid);

/// <summary>Somebody who holds shares of a dataset from its first day.</summary>
public sealed record Founder(Address Holder, ShareAmount Shares);

/// <summary>Everything that a dataset starts from.</summary>
/// <param name="Description">SHA-256 of the description; as a raw CID it is also the description's address.</param>
/// <param name="Schema">Hash of the schema.</param>
/// <param name="HeldOut">The hash inside the CID of the held-out shard, on which accuracy is measured.</param>
/// <param name="ShareName">The share token's name.</param>
/// <param name="ShareSymbol">The share token's symbol.</param>
/// <param name="Policy">The rules.</param>
/// <param name="Founders">1 to 64 of them.</param>
/// <param name="Founding">The first shard.</param>
public sealed record DatasetCharter(
    Digest Description, Digest Schema, Digest HeldOut, string ShareName, string ShareSymbol, DatasetPolicy Policy,
    IReadOnlyList<Founder> Founders, OfferedShard Founding)
{
    /// <summary>
    /// Up to 32 who judge every proposal of data blindly, one vote each, before the shareholders may be asked; the policy then needs a
    /// reveal period. None: the shareholders vote at once.
    /// </summary>
    public IReadOnlyList<Address> Curators { get; init; } = [];

    /// <summary>Hash of the terms by which proposals are measured; zero for the usual ones.</summary>
    public Digest Measurement { get; init; }
}

/// <summary>A dataset as the ledger has it.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Initiator">Who created it.</param>
/// <param name="ShareToken">The contract of its shares.</param>
/// <param name="VersionRoot">A hash chain over every listing and delisting: the exact content of the dataset at this moment.</param>
/// <param name="Description">SHA-256 of the description.</param>
/// <param name="Schema">Hash of the schema.</param>
/// <param name="HeldOut">The hash inside the CID of the held-out shard.</param>
/// <param name="Measurement">Hash of the terms by which proposals are measured; zero for the usual ones.</param>
public sealed record Dataset(
    DatasetId Id, Address Initiator, Address ShareToken, Hash32 VersionRoot, Digest Description,
    Digest Schema, Digest HeldOut, Digest Measurement = default);

/// <summary>A shard in a dataset's registry.</summary>
/// <param name="Root">Its Merkle root.</param>
/// <param name="Contributor">Who brought it in.</param>
/// <param name="Count">Its data points.</param>
/// <param name="ListedAt">The block in which it was listed.</param>
/// <param name="Proposal">The proposal that listed it; null for the founding shard.</param>
/// <param name="Delisted">Whether the shareholders have taken it off the list since.</param>
public sealed record ListedShard(Hash32 Root, Address Contributor, int Count, ulong ListedAt, ProposalId? Proposal, bool Delisted);
