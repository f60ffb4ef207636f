using DataBright.Ethereum;

namespace DataBright.Node.Discussion;

/// <summary>A vote whose reason names a comment.</summary>
/// <param name="Comment">The hash of the wording that it means.</param>
public sealed record NamingVote(Address Voter, bool InFavour, Hash32 Comment);
