using DataBright.Market;
using DataBright.Market.Proposals;
using DataBright.Storage;
using DataBright.Node.Proposals;

namespace DataBright.Node.Offers;

/// <summary>What an offer to a dataset would be, before anything is signed.</summary>
/// <param name="File">The shard that was made of the contributor's file; this node has it.</param>
/// <param name="Duplicates">What of it is not new; null where this node cannot compare it.</param>
/// <param name="NotCompared">Why not, in words; null where it was compared.</param>
/// <param name="Differs">What of the values lies elsewhere than the dataset's, with both sides; null where nothing does, or nothing is
/// known.</param>
/// <param name="Notes">What was changed when the file was read, in sentences.</param>
/// <param name="Bond">Comes back unless the shareholders reject the offer.</param>
/// <param name="LikelyShares">What it mints where it is accepted and nobody measured a gain.</param>
/// <param name="Supply">All shares of the dataset now.</param>
public sealed record OfferReview(
    DatasetId Dataset,
    Cid File,
    Hash32 Root,
    int Points,
    DuplicateCount? Duplicates,
    string? NotCompared,
    string? Differs,
    IReadOnlyList<string> Notes,
    IReadOnlyList<OfferedClass> Classes,
    IReadOnlyList<OfferedColumn> Columns,
    Money Bond,
    ShareAmount LikelyShares,
    ShareAmount Supply)
{
    public int Copies => (Duplicates?.Total ?? 0) + (Duplicates?.Near?.Total ?? 0);

    public bool HasTooManyCopies => OfferTerms.HasTooManyCopies(Copies, Points);

    /// <summary>Whether the contributor has to say that it is meant so.</summary>
    public bool NeedsConfirming => HasTooManyCopies || Differs is not null;
}

/// <summary>A class of the dataset, and how many of the points are said to be of it.</summary>
public sealed record OfferedClass(string Name, int Points);

/// <summary>A column of the dataset, and what the file has in it.</summary>
/// <param name="Holds">What the dataset's column holds, in words.</param>
/// <param name="Least">The least number on offer, as it is in the table; null for categories.</param>
/// <param name="Most">The most.</param>
/// <param name="KnownLeast">The least number that the dataset was founded with; null where that is unknown.</param>
/// <param name="KnownMost">The most.</param>
public sealed record OfferedColumn(string Name, string? Unit, string Holds, double? Least, double? Most, double? KnownLeast,
    double? KnownMost);
