using DataBright.Market;
using DataBright.Node.Rest;

namespace DataBright.Node.Models;

/// <summary>
/// What pages, actions and programs ask about models. A list of a model that does not exist is null. All lists begin with the newest.
/// </summary>
public interface IModelReader
{
    /// <summary>Of one dataset where one is named.</summary>
    Task<Page<ModelSummary>> ListAsync(DatasetId? dataset, PageRequest page, CancellationToken stop);

    /// <summary>
    /// Models of a dataset whose parameters are public, so that a vote can make one its best: not all where there are very many.
    /// </summary>
    Task<IReadOnlyList<ModelSummary>> NameableAsync(DatasetId dataset, CancellationToken stop);

    Task<ModelFacts?> FindAsync(ModelId id, CancellationToken stop);

    /// <summary>Ways in which a model is paid for.</summary>
    Task<Page<ChannelFacts>?> ChannelsAsync(ModelId id, PageRequest page, CancellationToken stop);

    /// <summary>When its earnings were divided.</summary>
    Task<Page<DistributionFacts>?> DistributionsAsync(ModelId id, PageRequest page, CancellationToken stop);

    /// <summary>What it got of the earnings of models made from it.</summary>
    Task<Page<RoyaltyFacts>?> RoyaltiesAsync(ModelId id, PageRequest page, CancellationToken stop);
}
