using DataBright.Compute.Jobs;
using DataBright.Compute.Points;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Jobs;
using DataBright.Market.Usage;
using DataBright.Storage;

namespace DataBright.Compute.Usage;

/// <summary>
/// What of usage dividends a trusted key does: its scheduler posts who gets what, its referee rules where that is challenged.
/// </summary>
public sealed class UsageDividendService(Market.Ledger ledger, IBlobStore blobs, IShardSource shards, Signer signer, int threads = 1)
{
    private const int MaxEvidence = 1 << 24;

    /// <summary>Values a settled training job, keeps the evidence, and posts who gets what. Doing it again does nothing.</summary>
    /// <returns>What was posted; null where there is nothing to divide, or it is posted already.</returns>
    public async Task<UsageSheet?> PostAsync(JobId job, CancellationToken stop)
    {
        if (await ledger.Usage.KeptAsync(job, stop) == Money.Zero || await ledger.Usage.FindAsync(job, stop) is not null) return null;
        var (sheet, evidence) = await DivideAsync(job, stop);
        if (sheet is null) return null;
        var cid = await blobs.PutAsync(evidence.ToBytes(), stop);
        await ledger.Usage.PostAsync(sheet, cid, signer, stop);
        return sheet;
    }

    /// <summary>
    /// Values a job as its referee, and says what the ledger will have for good: on a challenge, or where the scheduler does not say it.
    /// </summary>
    /// <returns>Whether what was posted was right; null where there is nothing to rule on, or it is not this referee's turn.</returns>
    public async Task<bool?> RuleAsync(JobId job, CancellationToken stop)
    {
        if (!await UsageTurn.IsOfAsync(signer.Address, job, ledger, stop)) return null;
        var (sheet, evidence) = await DivideAsync(job, stop);
        await blobs.PutAsync(evidence.ToBytes(), stop);
        var ruling = new UsageRuling(job, sheet?.Root ?? Hash32.Zero, sheet?.Total ?? Money.Zero, evidence.Digest);
        return await ledger.Usage.RuleAsync(ledger.Usage.Sign(ruling, signer.Key), signer, stop);
    }

    /// <summary>Who gets what of a settled job, and why; the same for everybody who may read the points.</summary>
    public async Task<(UsageSheet? Sheet, UsageEvidence Evidence)> DivideAsync(JobId job, CancellationToken stop)
    {
        var settled = await new JobHistory(ledger).FindSettledAsync(job, stop)
            ?? throw new InvalidOperationException($"Job {job} is not settled.");
        var plan = JobPlan.Parse(await blobs.ReadAsync(Cid.Raw(settled.Order.Plan), JobPlan.MaxBytes, stop));
        var evidence = await JobValuation.MeasureAsync(job, plan, await ledger.Usage.KeptAsync(job, stop), blobs, shards, threads, stop);
        if (evidence.Checkpoint != settled.Outcome.Result)
            throw new InvalidDataException(
                $"Training job {job} once more came to {evidence.Checkpoint}; {settled.Outcome.Result} was settled.");
        return (await SheetAsync(evidence, settled.Order.Dataset, stop), evidence);
    }

    /// <summary>Who gets what by the evidence that stands on the ledger; null while nothing is posted.</summary>
    /// <exception cref="InvalidDataException">The evidence does not lead to what stands there.</exception>
    /// <exception cref="BlobException">The evidence is missing.</exception>
    public async Task<UsageSheet?> FindSheetAsync(JobId job, CancellationToken stop)
    {
        if (await ledger.Usage.FindAsync(job, stop) is not { } posting
            || await new UsageHistory(ledger).EvidenceAsync(job, stop) is not { } cid) return null;
        var evidence = UsageEvidence.Parse(await blobs.ReadAsync(cid, MaxEvidence, stop));
        var dataset = (await ledger.Jobs.FindAsync(job, stop))!.Dataset;
        var sheet = await SheetAsync(evidence, dataset, stop);
        return evidence.Job == job && sheet?.Root == posting.Root ? sheet
            : throw new InvalidDataException($"The evidence {cid} does not lead to the usage dividend that the ledger has for job {job}.");
    }

    private async Task<UsageSheet?> SheetAsync(UsageEvidence evidence, DatasetId dataset, CancellationToken stop)
    {
        var worth = new List<(Address, ulong)>();
        foreach (var shard in evidence.Shards)
        {
            var listed = await ledger.Datasets.FindShardAsync(dataset, shard.Root, stop)
                ?? throw new InvalidDataException($"Dataset {dataset} has no shard {shard.Root}.");
            worth.Add((listed.Contributor, shard.Worth));
        }

        return UsageSheet.Divide(evidence.Job, evidence.Part, worth);
    }
}
