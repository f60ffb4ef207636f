using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Requests;

namespace DataBright.Node.Requests;

/// <summary>Data that somebody wants.</summary>
/// <param name="Purpose">From the description; null where this node does not have it.</param>
/// <param name="Schema">What a data point must look like, in words; null where this node does not have it.</param>
/// <param name="Pot">All that sponsors put in.</param>
/// <param name="Paid">What contributors were paid of it.</param>
/// <param name="Dataset">The dataset that collects the answers; null until the initiator adopted one.</param>
public sealed record RequestSummary(
    RequestId Id,
    RequestState State,
    string? Purpose,
    string? Schema,
    Address Initiator,
    Money RewardPerPoint,
    Money Pot,
    Money Paid,
    int Answers,
    DatasetId? Dataset,
    DateTimeOffset OpenedAt,
    DateTimeOffset Deadline)
{
    /// <summary>Its time is over, and all that is left is that somebody closes it.</summary>
    public bool Over { get; init; }
}

/// <param name="Vote">Of the association's shareholders on whether it is listed; null where nobody is asked.</param>
public sealed record RequestFacts(
    RequestSummary Summary,
    string? Licence,
    Hash32 DescriptionDigest,
    Hash32 SchemaHash,
    Money Refunded,
    RequestVote? Vote,
    IReadOnlyList<SponsorFacts> Sponsors);

public sealed record RequestVote(DatasetId Association, DateTimeOffset? Ends, ShareAmount Yes, ShareAmount No);

/// <summary>What somebody put into a pot, and got back.</summary>
public sealed record SponsorFacts(Address Sponsor, Money Amount, Money Refunded);

/// <summary>A dataset that somebody offered as an answer.</summary>
/// <param name="Note">In a stranger's words.</param>
public sealed record AnswerFacts(DatasetId Dataset, string DatasetName, Address By, string Note, ulong Block, DateTimeOffset At);

/// <summary>What a contributor was paid for a shard.</summary>
public sealed record RewardFacts(Hash32 Shard, Address Contributor, Money Amount, ulong Block, DateTimeOffset At);
