using DataBright.Compute.Jobs;
using DataBright.Market;

namespace DataBright.Compute.Ledger;

/// <summary>Whether a plan uses what the ledger says the dataset is. Otherwise a buyer could pay one dataset and train on another.</summary>
public static class DatasetCheck
{
    /// <summary>What is wrong with the plan's data, or null when all of it is on the ledger.</summary>
    public static async Task<string?> MismatchAsync(Market.Ledger ledger, JobPlan plan, ProposalId? proposed, CancellationToken stop)
    {
        var dataset = await ledger.Datasets.FindAsync(plan.Dataset, stop);
        if (dataset is null) return $"The ledger has no dataset {plan.Dataset}.";
        if (plan.HeldOut.Cid.Hash != dataset.HeldOut) return $"Dataset {plan.Dataset} is measured on the held-out set {dataset.HeldOut}, the plan names {plan.HeldOut.Cid.Hash}.";
        var offered = proposed is { } id ? await ledger.Proposals.FindAsync(id, stop) : null;
        foreach (var shard in plan.Shards)
        {
            var listed = await ledger.Datasets.FindShardAsync(plan.Dataset, shard.Root, stop);
            var isListed = listed is { Delisted: false } && listed.Count == shard.Count;
            var isOffered = offered is not null && offered.Dataset == plan.Dataset && offered.Shard == shard.Root && offered.Count == shard.Count;
            if (!isListed && !isOffered) return $"The shard {shard.Root} with {shard.Count} points is not on the list of dataset {plan.Dataset}.";
        }

        return null;
    }
}
