using DataBright.Compute.Evaluations;
using DataBright.Compute.Jobs;
using DataBright.Ethereum;
using DataBright.Market.Datasets;

namespace DataBright.Compute.Founding;

/// <summary>A dataset as its founder wants it.</summary>
/// <param name="Description">The document that names the schema, too.</param>
/// <param name="First">The points that it begins with.</param>
/// <param name="HeldOut">The points that it is measured on.</param>
/// <param name="Terms">By what it measures proposals, and whether the points it lists are sealed; its held-out set is named by what is
/// kept.</param>
/// <param name="Founder">Who creates it.</param>
/// <param name="Holders">Who holds how many shares from the first day.</param>
public sealed record FoundingRequest(
    string Name, string Symbol, byte[] Description, DatasetSchema Schema, Shard First, Shard HeldOut, DatasetPolicy Policy,
    MeasurementTerms Terms,
    Address Founder, IReadOnlyList<Founder> Holders)
{
    public IReadOnlyList<Address> Curators { get; init; } = [];

    /// <summary>Who alone can read the points to measure on, and those that are listed where the terms seal them.</summary>
    public IReadOnlyCollection<PublicKey> Readers { get; init; } = [];

    /// <summary>Whether the points to measure on are sealed.</summary>
    public bool IsHeldOutPrivate { get; init; }
}

/// <summary>A dataset whose documents and points are kept, and that is not on the ledger yet.</summary>
/// <param name="Terms">As its charter names them.</param>
/// <param name="HeldOut">Where the points to measure on are.</param>
public sealed record FoundingDraft(DatasetCharter Charter, MeasurementTerms Terms, ShardReference HeldOut);
