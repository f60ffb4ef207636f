using DataBright.Market;
using DataBright.Node.Rest;

namespace DataBright.Node.Proposals;

/// <summary>What a dataset's best model is now, as a vote on it sees it.</summary>
/// <param name="Model">Null where there is none.</param>
/// <param name="ToBeat">What the next best has to be better than; null where there is none.</param>
/// <param name="ReplacedBy">The last vote on it that was carried out; null where there was none.</param>
/// <param name="ByVote">It is what that vote named: no referee's word has moved it since.</param>
/// <param name="Bond">What a proposal to the dataset puts up.</param>
public sealed record BestStanding(DatasetId Dataset, ModelId? Model, Fraction? ToBeat, ProposalId? ReplacedBy, bool ByVote, Money Bond);
