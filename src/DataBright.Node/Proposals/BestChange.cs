using DataBright.Market.Proposals;
using DataBright.Node.Models;

namespace DataBright.Node.Proposals;

/// <summary>What a replacement is about, beside how its dataset stands now.</summary>
/// <param name="Replaced">What was the best when it was proposed; null where there was none, or nobody registered that number.</param>
/// <param name="Named">What shall be; null likewise.</param>
/// <param name="Best">What is the best now; null where there is none.</param>
public sealed record BestChange(Replacement Asked, ModelFacts? Replaced, ModelFacts? Named, ModelFacts? Best, BestStanding Standing)
{
    /// <summary>Another has become the best meanwhile, or none is left: voters do not speak of it. The contract has the rule.</summary>
    public bool BestStays => Best?.Summary.Id != Asked.Replaced && !(Bars && Best is { } best && IsReplaced(best));

    /// <summary>It takes parameters away, and not only what the next ones have to beat.</summary>
    public bool Bars => Asked.Replaced is not null && (Asked.Model is null || !IsReplaced(Named));

    /// <summary>The same parameters, maybe under another number.</summary>
    private bool IsReplaced(ModelFacts? model) => Replaced is { } replaced && model?.CheckpointHash == replaced.CheckpointHash;

    /// <summary>Null where the proposal is about a shard.</summary>
    public static async Task<BestChange?> FindAsync(IProposalReader proposals, IModelReader models, ProposalSummary proposal,
        CancellationToken stop)
    {
        if (proposal.Replacement is not { } asked || await proposals.BestAsync(proposal.Dataset, stop) is not { } standing) return null;
        return new BestChange(
            asked,
            asked.Replaced is { } replaced ? await models.FindAsync(replaced, stop) : null,
            asked.Model is { } named ? await models.FindAsync(named, stop) : null,
            standing.Model is { } best ? await models.FindAsync(best, stop) : null,
            standing);
    }
}
