using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Proposals;
using DataBright.Node.Descriptions;
using DataBright.Node.Rest;
using DataBright.Storage;

namespace DataBright.Node.Proposals;

/// <summary>Holds the files of proposals against what the ledger announces of them, where they lie open on this node.</summary>
internal sealed class OfferedFiles(LedgerIndex index, IBlobStore blobs, DescriptionCache descriptions, TimeProvider clock,
    ILogger<OfferedFiles> log)
{
    private const long MaxBytes = 256L * 1024 * 1024;
    private const int AtOnce = 2;

    /// <summary>What a file holds does not change; the proposal of a number may, when the chain takes a block back.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromHours(1);

    private readonly AnswerCache<(ProposalId Id, Cid File), string?> _known = new(clock, Fresh, AtOnce);

    /// <summary>
    /// What is wrong with a proposal's file; null where nothing is, where nobody can say here, or where it was not found out in time.
    /// </summary>
    public async Task<string?> ProblemAsync(IndexedProposal proposal, TimeSpan timeout, CancellationToken stop)
    {
        if (proposal.Kind != ProposalKind.Listing || index.Datasets.Find(proposal.Dataset) is not { } dataset) return null;
        if (proposal.Cid is not { } cid) return "Where its file is, is not announced in a form that can be read.";
        try
        {
            return await _known.GetAsync((proposal.Id, cid), () => HoldAsync(dataset, proposal, cid), stop).WaitAsync(timeout, clock, stop);
        }
        catch (Exception unknown) when (unknown is TimeoutException or TooBusyException or BlobMissingException)
        {
            return null;
        }
        catch (BlobException damaged)
        {
            log.LogWarning("The file of proposal {Proposal} cannot be looked at: {Fault}", proposal.Id, damaged.Message);
            return null;
        }
    }

    private async Task<string?> HoldAsync(IndexedDataset dataset, IndexedProposal proposal, Cid file)
    {
        var terms = await descriptions.FindMeasurementAsync(dataset.Measurement, CancellationToken.None);
        var announced = new OfferedPoints(proposal.Shard, proposal.Count, dataset.Schema, terms is null ? null : terms.Samples is not null);
        var problem = await OfferedFile.ProblemAsync(blobs, file, announced, MaxBytes, CancellationToken.None);
        // Without the terms nobody can say that nothing is wrong; they may come later, so this is not kept.
        return problem is null && terms is null
            ? throw new BlobMissingException(Cid.Raw(dataset.Measurement), "this node's store") : problem;
    }
}
