using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Owed;
using DataBright.Market.Storage;
using DataBright.Node.Datasets;
using DataBright.Node.Jobs;
using DataBright.Node.Models;
using DataBright.Node.Owed;
using DataBright.Node.Proposals;
using DataBright.Node.Requests;
using DataBright.Node.Rest;
using DataBright.Node.Shares;
using DataBright.Node.Usage;
using DataBright.Node.Workers;

namespace DataBright.Node.Ledger;

/// <summary>
/// What can be read of the market. One implementation reads the index; the tests have another with a market of their own.
/// A look-up that finds nothing returns null, and so does a list of something that does not exist.
/// </summary>
public interface IMarketView
{
    Task<LedgerState> StateAsync(CancellationToken stop);

    Task<Page<DatasetSummary>> DatasetsAsync(Search search, PageRequest page, CancellationToken stop);

    Task<DatasetFacts?> DatasetAsync(DatasetId id, CancellationToken stop);

    Task<Page<ShardFacts>?> ShardsAsync(DatasetId id, PageRequest page, CancellationToken stop);

    Task<Page<Shareholding>?> ShareholdersAsync(DatasetId id, PageRequest page, CancellationToken stop);

    Task<Page<RevenueEntry>?> RevenueAsync(DatasetId id, PageRequest page, CancellationToken stop);

    /// <summary>What each shard and contributor brought, and earned.</summary>
    Task<DatasetImpact?> ImpactAsync(DatasetId id, CancellationToken stop);

    /// <summary>Newest first; of one dataset where one is named.</summary>
    Task<Page<ProposalSummary>> ProposalsAsync(DatasetId? dataset, PageRequest page, CancellationToken stop);

    Task<ProposalFacts?> ProposalAsync(ProposalId id, CancellationToken stop);

    /// <summary>Why a proposal's file is not what is announced; null where it is, or nobody can say here.</summary>
    Task<string?> FileProblemAsync(ProposalId id, CancellationToken stop);

    /// <summary>Near copies among a proposal's points, side by side as PNG; null where there are none to be seen.</summary>
    Task<byte[]?> NearPictureAsync(ProposalId id, CancellationToken stop);

    /// <summary>Compares a file of this node's store with a dataset; null where there is no such dataset.</summary>
    /// <exception cref="BlobException">The file is missing or damaged.</exception>
    /// <exception cref="FormatException">It is no shard of the dataset's schema, or cannot be compared. The message says why.</exception>
    Task<ShardCheck?> CheckAsync(DatasetId dataset, Cid cid, CancellationToken stop);

    Task<Page<VoteFacts>?> VotesAsync(ProposalId id, PageRequest page, CancellationToken stop);

    /// <summary>What an account can do about an open proposal; null where it is decided, or the chain does not answer now.</summary>
    Task<BallotFacts?> BallotAsync(ProposalId id, Address voter, CancellationToken stop);

    /// <summary>Newest first; of one dataset where one is named.</summary>
    Task<Page<ModelSummary>> ModelsAsync(DatasetId? dataset, PageRequest page, CancellationToken stop);

    /// <summary>Models of a dataset whose parameters are public, so that a vote can make one its best: the newest first, not all where there are very many.</summary>
    Task<IReadOnlyList<ModelSummary>> NameableModelsAsync(DatasetId dataset, CancellationToken stop);

    Task<ModelFacts?> ModelAsync(ModelId id, CancellationToken stop);

    /// <summary>Ways in which a model is paid for, newest first.</summary>
    Task<Page<ChannelFacts>?> ChannelsAsync(ModelId id, PageRequest page, CancellationToken stop);

    /// <summary>When its earnings were divided, newest first.</summary>
    Task<Page<DistributionFacts>?> DistributionsAsync(ModelId id, PageRequest page, CancellationToken stop);

    /// <summary>What it got of the earnings of models made from it, newest first.</summary>
    Task<Page<RoyaltyFacts>?> RoyaltiesAsync(ModelId id, PageRequest page, CancellationToken stop);

    /// <summary>Newest first; of one dataset where one is named.</summary>
    Task<Page<JobSummary>> JobsAsync(DatasetId? dataset, PageRequest page, CancellationToken stop);

    Task<JobFacts?> JobAsync(JobId id, CancellationToken stop);

    /// <summary>What an account can claim of a job’s usage dividend; null where that is not final, gives it nothing, was paid, or cannot be told here.</summary>
    Task<UsageDue?> UsageDueAsync(JobId id, Address contributor, CancellationToken stop);

    /// <summary>Newest first.</summary>
    Task<Page<RequestSummary>> RequestsAsync(PageRequest page, CancellationToken stop);

    Task<RequestFacts?> RequestAsync(RequestId id, CancellationToken stop);

    /// <summary>Newest first.</summary>
    Task<Page<AnswerFacts>?> AnswersAsync(RequestId id, PageRequest page, CancellationToken stop);

    /// <summary>Newest first.</summary>
    Task<Page<RewardFacts>?> RewardsAsync(RequestId id, PageRequest page, CancellationToken stop);

    Task<Page<WorkerFacts>> WorkersAsync(PageRequest page, CancellationToken stop);

    Task<WorkerFacts?> WorkerAsync(Address worker, CancellationToken stop);

    Task<IReadOnlyList<TrustedKeyFacts>> TrustedKeysAsync(CancellationToken stop);

    Task<Portfolio> PortfolioAsync(Address holder, CancellationToken stop);

    /// <summary>Everything that is owed to an account, and what is not yet its own; null where the chain does not answer now.</summary>
    Task<OwedAccount?> OwedAsync(Address account, CancellationToken stop);

    /// <summary>The same for those who program against it, with the transactions that collect it.</summary>
    Task<OwedFacts?> DueAsync(Address account, CancellationToken stop);
}
