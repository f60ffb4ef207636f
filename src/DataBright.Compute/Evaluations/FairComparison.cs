using DataBright.Compute.Jobs;
using DataBright.Ethereum;
using DataBright.Learning;
using DataBright.Learning.Networks;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Models;
using DataBright.Market.Proposals;
using DataBright.Market.Storage;

namespace DataBright.Compute.Evaluations;

/// <summary>
/// Whether an evaluation compares what it says. Whoever buys it writes its plan, and gains by a poor baseline: with fewer shards, an older
/// version of the dataset, or a worse start than the runs that have the proposed points.
/// </summary>
internal sealed class FairComparison(Market.Ledger ledger, IBlobStore blobs)
{
    /// <exception cref="EvaluationRefusedException">The two sides differ by more than the proposed points, or are not the dataset's.</exception>
    public async Task RequireAsync(JobPlan plan, Proposal proposal, CancellationToken stop)
    {
        RequirePairs(plan, proposal.Shard);
        var history = new DatasetHistory(ledger);
        var versions = await history.VersionsAsync(proposal.Dataset, stop);
        if (InForce(versions, version => version.Block, proposal.Snapshot).FirstOrDefault(version => version.Root == plan.Version) is not { } seen)
            throw Refuse($"its plan is for version {plan.Version} of dataset {proposal.Dataset}, which was none while the proposal was open");
        if (!plan.Shards.Select(shard => shard.Root).Where(root => root != proposal.Shard).ToHashSet().SetEquals(seen.Shards.Where(root => root != proposal.Shard)))
            throw Refuse($"its plan leaves out some of the {seen.Shards.Count} shards that dataset {proposal.Dataset} had");
        if (plan.Runs[0].Start is { } start) await RequireBestAsync(history, proposal, start.Hash, stop);
        else await RequireNothingToGoOnFromAsync(history, proposal, stop);
    }

    private async Task RequireBestAsync(DatasetHistory history, Proposal proposal, Digest start, CancellationToken stop)
    {
        foreach (var (model, _) in InForce(await history.BestModelsAsync(proposal.Dataset, stop), best => best.Block, proposal.Snapshot))
            if ((await ledger.Models.FindAsync(model, stop))?.Checkpoint == start) return;
        throw Refuse($"its runs begin with the checkpoint {start}, which was not the best one of dataset {proposal.Dataset} while the proposal was open");
    }

    /// <summary>
    /// From fresh parameters every gain is larger than over what the best model knows already, and gains are paid for in shares: so whoever
    /// buys the evaluation does not choose. Parameters that are private, or that are not here, cannot be gone on from.
    /// </summary>
    private async Task RequireNothingToGoOnFromAsync(DatasetHistory history, Proposal proposal, CancellationToken stop)
    {
        var best = await history.BestModelsAsync(proposal.Dataset, stop);
        if (best.Count == 0 || best[0].Block > proposal.Snapshot) return;
        foreach (var (id, _) in InForce(best, one => one.Block, proposal.Snapshot))
            if (await new ModelHistory(ledger).FindAsync(id, stop) is not { IsPrivate: false, Cid: { } cid } model || !await blobs.HasAsync(cid, stop) || !await IsKnownAsync(model.Architecture, stop)) return;
        throw Refuse($"its runs begin with fresh parameters, and dataset {proposal.Dataset} had a best checkpoint to go on from while the proposal was open, that of model {best[^1].Model}");
    }

    private async Task<bool> IsKnownAsync(Digest architecture, CancellationToken stop) =>
        Architectures.All.Any(named => named.Hash == architecture) || await blobs.HasAsync(Cid.Raw(architecture), stop);

    private static void RequirePairs(JobPlan plan, Hash32 proposed)
    {
        int place = plan.Shards.Select(shard => shard.Root).ToList().IndexOf(proposed);
        foreach (var run in plan.Runs)
        {
            var expected = Enumerable.Range(0, plan.Shards.Count).Where(shard => shard != place || run.Shards.Contains(place));
            if (place < 0 || !run.Shards.SequenceEqual(expected)) throw Refuse($"its run '{run.Name}' does not train on the dataset's shards, with the proposed one or without it");
            if (run.Start != plan.Runs[0].Start) throw Refuse($"its run '{run.Name}' begins with another checkpoint than '{plan.Runs[0].Name}'");
        }
    }

    /// <summary>What held when a block was made, and everything since.</summary>
    private static IEnumerable<T> InForce<T>(IReadOnlyList<T> moments, Func<T, ulong> block, ulong at) =>
        moments.Skip(Math.Max(0, moments.Count(moment => block(moment) <= at) - 1));

    private static EvaluationRefusedException Refuse(string why) => new($"The evaluation is no fair comparison: {why}.");
}
