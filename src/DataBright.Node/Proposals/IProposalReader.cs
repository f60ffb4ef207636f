using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Node.Rest;
using DataBright.Storage;

namespace DataBright.Node.Proposals;

/// <summary>What pages, actions and programs ask about proposals.</summary>
public interface IProposalReader
{
    /// <summary>Newest first; of one dataset where one is named.</summary>
    Task<Page<ProposalSummary>> ListAsync(DatasetId? dataset, PageRequest page, CancellationToken stop);

    Task<ProposalFacts?> FindAsync(ProposalId id, CancellationToken stop);

    /// <summary>Why a proposal's file is not what is announced; null where it is, or nobody can say here.</summary>
    Task<string?> FileProblemAsync(ProposalId id, CancellationToken stop);

    /// <summary>Near copies among a proposal's points, side by side as PNG; null where there are none to be seen.</summary>
    Task<byte[]?> NearPictureAsync(ProposalId id, CancellationToken stop);

    /// <summary>Compares a file of this node's store with a dataset; null where there is no such dataset.</summary>
    /// <exception cref="BlobException">The file is missing or damaged.</exception>
    /// <exception cref="FormatException">It is no shard of the dataset's schema, or cannot be compared. The message says why.</exception>
    Task<ShardCheck?> CheckAsync(DatasetId dataset, Cid cid, CancellationToken stop);

    /// <summary>What a vote on a dataset's best model would replace; null where there is no such dataset.</summary>
    Task<BestStanding?> BestAsync(DatasetId dataset, CancellationToken stop);

    /// <summary>Jobs that measure a proposal, newest first; those that nothing can come of are left out.</summary>
    Task<IReadOnlyList<MeasuringJob>> MeasuringAsync(ProposalSummary proposal, CancellationToken stop);

    /// <summary>In the order they were cast; null where there is no such proposal.</summary>
    Task<Page<VoteFacts>?> VotesAsync(ProposalId id, PageRequest page, CancellationToken stop);

    /// <summary>What an account can do about an open proposal; null where it is decided, or the chain does not answer now.</summary>
    Task<BallotFacts?> BallotAsync(ProposalId id, Address voter, CancellationToken stop);
}
