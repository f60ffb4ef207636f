using DataBright.Compute.Evaluations;
using DataBright.Compute.Jobs;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Jobs;
using DataBright.Market.Proposals;
using DataBright.Storage;

namespace DataBright.Compute.Ledger;

/// <summary>
/// Whether a plan uses what the ledger says the dataset is. Otherwise a buyer could pay one dataset and train on another.
/// </summary>
public static class DatasetCheck
{
    private const long MaxBytes = 4L << 30;

    /// <summary>What is wrong with the plan's data, or null when all of it is on the ledger.</summary>
    /// <exception cref="BlobException">The terms by which the dataset measures proposals are not here.</exception>
    public static async Task<string?> MismatchAsync(Market.Ledger ledger, IBlobStore blobs, JobPlan plan, ProposalId? proposed,
        CancellationToken stop)
    {
        var dataset = await ledger.Datasets.FindAsync(plan.Dataset, stop);
        if (dataset is null) return $"The ledger has no dataset {plan.Dataset}.";
        if (plan.HeldOut.Cid.Hash != dataset.HeldOut)
            return $"Dataset {plan.Dataset} is measured on the held-out set {dataset.HeldOut}, the plan names {plan.HeldOut.Cid.Hash}.";
        var offered = proposed is { } id ? await ledger.Proposals.FindAsync(id, stop) : null;
        foreach (var shard in plan.Shards)
        {
            var listed = await ledger.Datasets.FindShardAsync(plan.Dataset, shard.Root, stop);
            var isListed = listed is { Delisted: false } && listed.Count == shard.Count;
            var isOffered = offered is not null && offered.Dataset == plan.Dataset && offered.Shard == shard.Root
                && offered.Count == shard.Count;
            if (!isListed && !isOffered)
                return $"The shard {shard.Root} with {shard.Count} points is not on the list of dataset {plan.Dataset}.";
        }

        if (plan.Kind == JobKind.Training && await LimitMismatchAsync(blobs, plan, dataset, stop) is { } tooMuch) return tooMuch;
        return plan.Kind == JobKind.Evaluation ? await MeasurementMismatchAsync(ledger, blobs, plan, dataset, offered, stop) : null;
    }

    /// <summary>
    /// The buyer chooses how much a worker sees, and may have workers of its own; of sealed points the dataset says how much at most.
    /// </summary>
    private static async Task<string?> LimitMismatchAsync(IBlobStore blobs, JobPlan plan, Dataset dataset, CancellationToken stop)
    {
        try
        {
            return (await MeasurementTerms.ReadAsync(blobs, dataset, stop)).Sealed is { } terms && plan.DataLimitBps > terms.WorkerLimitBps
                ? $"A worker may see {terms.WorkerLimitBps / 100.0:0.##} % of the points of dataset {plan.Dataset} at most; the plan lets "
                    + $"it see {plan.DataLimitBps / 100.0:0.##} %."
                : null;
        }
        catch (DataBrightException unknown) when (unknown is BadPlanException or BlobMissingException)
        {
            // Where all points lie open, terms that are none, or are not here, keep nobody from training.
            if (!await AnySealedAsync(blobs, plan, stop)) return null;
            if (unknown is BadPlanException bad)
                return $"How much of the sealed points of dataset {plan.Dataset} a worker may see cannot be read: {bad.Problem}.";
            throw;
        }
    }

    private static async Task<bool> AnySealedAsync(IBlobStore blobs, JobPlan plan, CancellationToken stop)
    {
        foreach (var shard in plan.Shards)
            if (await blobs.HasAsync(shard.Cid, stop) && await Envelope.IsOneAsync(blobs, shard.Cid, stop)) return true;
        return false;
    }

    /// <summary>A file is what it is for good, so an order to measure another is refused and does not wait.</summary>
    private static async Task<string?> FileProblemAsync(IBlobStore blobs, JobPlan plan, Dataset dataset, Proposal offered, bool isSealed,
        CancellationToken stop)
    {
        if (plan.Shards.FirstOrDefault(shard => shard.Root == offered.Shard) is not { } named) return null;
        try
        {
            return await OfferedFile.ProblemAsync(blobs, named.Cid,
                new OfferedPoints(offered.Shard, offered.Count, dataset.Schema, isSealed), MaxBytes, stop);
        }
        catch (BlobMissingException)
        {
            return null;
        }
    }

    /// <summary>A measurement pays no dataset, so it is taken up only where a referee would sign it.</summary>
    private static async Task<string?> MeasurementMismatchAsync(Market.Ledger ledger, IBlobStore blobs, JobPlan plan, Dataset dataset,
        Proposal? offered, CancellationToken stop)
    {
        if (offered is null) return "The ledger has no such proposal to measure.";
        try
        {
            await new FairComparison(ledger, blobs).RequireAsync(plan, offered, stop);
            var isSealed = (await MeasurementTerms.ReadAsync(blobs, dataset, stop)).Sealed is not null;
            return await FileProblemAsync(blobs, plan, dataset, offered, isSealed, stop) is { } wrong
                ? $"Proposal {offered.Id} is not measured. {wrong}" : null;
        }
        catch (AttestationRefusedException fault)
        {
            return $"No referee would sign this measurement. {fault.Message}";
        }
        catch (BadPlanException fault)
        {
            return $"Dataset {plan.Dataset} cannot be measured: {fault.Problem}.";
        }
    }
}
