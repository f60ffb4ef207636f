using DataBright.Compute.Jobs;
using DataBright.Learning.Networks;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Models;
using DataBright.Market.Proposals;
using DataBright.Storage;

namespace DataBright.Compute.Evaluations;

/// <summary>
/// Whether an evaluation compares what it says. Whoever buys it writes its plan, and gains by a poor baseline: with fewer shards, an older
/// version of the dataset, or a worse start than the runs that have the proposed points.
/// </summary>
internal sealed class FairComparison(Market.Ledger ledger, IBlobStore blobs)
{
    /// <exception cref="AttestationRefusedException">The two sides differ by more than the proposed points, or are not the
    /// dataset's.</exception>
    public async Task RequireAsync(JobPlan plan, Proposal proposal, CancellationToken stop)
    {
        var dataset = await ledger.Datasets.FindAsync(proposal.Dataset, stop)
            ?? throw Refuse($"the ledger has no dataset {proposal.Dataset}");
        var terms = await MeasurementTerms.ReadAsync(blobs, dataset, stop);
        if (MeasurementCheck.Mismatch(plan, proposal.Shard, terms) is { } mismatch) throw Refuse(mismatch);
        if (plan.HeldOut.Cid.Hash != dataset.HeldOut || (terms.HeldOut is { } own && plan.HeldOut != own))
            throw Refuse("it measures on other points than the dataset's held-out set");
        var history = new DatasetHistory(ledger);
        var versions = await history.VersionsAsync(proposal.Dataset, stop);
        if (InForce(versions, version => version.Block, proposal.Snapshot)
            .FirstOrDefault(version => version.Root == plan.Version) is not { } seen)
            throw Refuse(
                $"its plan is for version {plan.Version} of dataset {proposal.Dataset}, which was none while the proposal was open");
        var roots = seen.Shards.Where(root => root != proposal.Shard).ToList();
        if (!plan.Shards.Select(shard => shard.Root).Where(root => root != proposal.Shard).ToHashSet().SetEquals(roots))
            throw Refuse($"its plan leaves out some of the {seen.Shards.Count} shards that dataset {proposal.Dataset} had");
        // Batches and controls follow from the order: whoever could choose it could try orders at home, the seeds being known.
        if (!plan.Shards.Select(shard => shard.Root).SequenceEqual([.. roots, proposal.Shard]))
            throw Refuse(
                $"its plan does not name the shards in the order in which they came to dataset {proposal.Dataset}, and the offer last");
        if (plan.Runs[0].Start is { } start) await RequireBestAsync(history, proposal, start.Hash, plan.Architecture, stop);
        else await RequireNothingToGoOnFromAsync(history, proposal, stop);
    }

    /// <summary>
    /// Equal parameters in another network would be other functions: the plan's is the one that the best model was registered with.
    /// </summary>
    private async Task RequireBestAsync(DatasetHistory history, Proposal proposal, Digest start, Architecture architecture,
        CancellationToken stop)
    {
        var models = new ModelHistory(ledger);
        if (await ledger.Models.IsBarredAsync(proposal.Dataset, start, stop))
            throw Refuse($"a vote has taken the checkpoint {start} from the place of the best");
        foreach (var (id, _) in InForce(await history.BestModelsAsync(proposal.Dataset, stop), best => best.Block, proposal.Snapshot))
        {
            if (await models.FindAsync(id, stop) is not { } best || best.Checkpoint != start) continue;
            if (best.Architecture == architecture.Hash) return;
            throw Refuse(
                $"its runs train {architecture.Name}, and the best checkpoint of dataset {proposal.Dataset} belongs to another network");
        }

        throw Refuse(
            $"its runs begin with the checkpoint {start}, which was not the best one of dataset {proposal.Dataset} while the proposal was "
            + "open");
    }

    /// <summary>
    /// From fresh parameters every gain is larger than over what the best model knows already, and gains are paid for in shares: so whoever
    /// buys the evaluation does not choose. Parameters that are private, or that are not here, cannot be gone on from.
    /// </summary>
    private async Task RequireNothingToGoOnFromAsync(DatasetHistory history, Proposal proposal, CancellationToken stop)
    {
        var best = await history.BestModelsAsync(proposal.Dataset, stop);
        if (best.Count == 0 || best[0].Block > proposal.Snapshot) return;
        var latest = default(ModelId);
        foreach (var (id, _) in InForce(best, one => one.Block, proposal.Snapshot))
        {
            // After a vote that there is none, the number is zero, and there is no such model.
            if (await new ModelHistory(ledger).FindAsync(id, stop) is not { } model) return;
            if (await ledger.Models.IsBarredAsync(proposal.Dataset, model.Checkpoint, stop)) continue;
            if (model is not { IsPrivate: false, Cid: { } cid } || !await blobs.HasAsync(cid, stop)
                || !await IsKnownAsync(model.Architecture, stop)) return;
            latest = id;
        }

        if (latest.Value != 0)
            throw Refuse(
                $"its runs begin with fresh parameters, and dataset {proposal.Dataset} had a best checkpoint to go on from while the "
                + $"proposal was open, that of model {latest}");
    }

    private async Task<bool> IsKnownAsync(Digest architecture, CancellationToken stop) =>
        Architectures.All.Any(named => named.Hash == architecture) || await blobs.HasAsync(Cid.Raw(architecture), stop);

    /// <summary>What held when a block was made, and everything since.</summary>
    private static IEnumerable<T> InForce<T>(IReadOnlyList<T> moments, Func<T, ulong> block, ulong at) =>
        moments.Skip(Math.Max(0, moments.Count(moment => block(moment) <= at) - 1));

    private static AttestationRefusedException Refuse(string why) => new($"The evaluation is no fair comparison: {why}.");
}
