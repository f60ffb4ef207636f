using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Usage;
using DataBright.Storage;

namespace DataBright.Node.Usage;

/// <summary>Who gets what of a job's price by the use that its points were of.</summary>
/// <param name="Until">The end of the window for a challenge, or of that in which the job's own referee alone rules on one.</param>
/// <param name="Reason">Why it was challenged, in a stranger's words; empty where it was not.</param>
/// <param name="Upheld">What the referee found; null where it was not asked.</param>
/// <param name="Evidence">The valuation that stands.</param>
/// <param name="Left">What the lines sum up to; when final, what nobody has claimed yet.</param>
/// <param name="Bond">What a challenge costs where it fails; null where none is possible, or the chain does not say.</param>
/// <param name="Lines">The largest first; null where this node does not have the evidence, or it does not lead to the root.</param>
public sealed record UsageFacts(
    UsageState State,
    Address Poster,
    Address? Challenger,
    string Reason,
    bool? Upheld,
    DateTimeOffset PostedAt,
    DateTimeOffset Until,
    Cid? Evidence,
    Hash32 Root,
    Money Left,
    IReadOnlyList<UsageLine>? Lines,
    Money? Bond = null);

public sealed record UsageLine(Address Contributor, int ContributorNumber, Money Amount);

/// <summary>
/// What a contributor can claim of a usage dividend that nobody can challenge any more, with the proof that the contract wants.
/// </summary>
/// <param name="NeedsConfirming">Its window is over and nobody has made it final yet: that comes first, and anyone may do it.</param>
public sealed record UsageDue(Money Amount, IReadOnlyList<Hash32> Proof, bool NeedsConfirming = false);
