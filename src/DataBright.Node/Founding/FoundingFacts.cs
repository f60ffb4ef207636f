using DataBright.Compute.Founding;
using DataBright.Ethereum;
using DataBright.Market.Datasets;

namespace DataBright.Node.Founding;

/// <summary>A dataset that somebody has prepared on a page.</summary>
/// <param name="Founder">Who alone can sign it: files of it are sealed in that name.</param>
public sealed record FoundingInHand(Address Founder, FoundingDraft Draft, DatasetSchema Schema, int Classes, IReadOnlyList<string> Notes,
    int HeldOut);

/// <summary>What a program is told of a dataset that it has prepared.</summary>
/// <param name="Draft">To be named when it is signed.</param>
/// <param name="HeldOut">Points that it is measured on, and does not list.</param>
public sealed record FoundingPrepared(string Draft, Address Founder, string Name, int Points, int HeldOut, bool IsHeldOutPrivate,
    IReadOnlyList<string> Notes);
