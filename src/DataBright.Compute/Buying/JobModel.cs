using DataBright.Compute.Jobs;
using DataBright.Market;
using DataBright.Market.Jobs;
using DataBright.Market.Models;
using DataBright.Storage;

namespace DataBright.Compute.Buying;

/// <summary>The model that a settled job trained, as it is registered.</summary>
public static class JobModel
{
    /// <summary>Parameters are registered once: two models of the same ones would compete for what both earn.</summary>
    /// <returns>The model that stands in the way, and why; null where none does.</returns>
    public static (ModelId Model, string Why)? TakenBy(LedgerIndex index, Digest checkpoint, JobId? job)
    {
        if (job is { } bought && index.Models.OfJob(bought) is { } made)
            return (made.Id, $"The result of job {bought} is registered already, as model {made.Id}.");
        // An owner's word stands in nobody's way whose job attests the same parameters.
        if (index.Models.OfCheckpoint(checkpoint, attested: job is not null) is { } first)
            return (first.Id, $"The same parameters are registered already, as model {first.Id}.");
        return null;
    }

    /// <param name="settled">The job.</param>
    /// <param name="plan">Its plan.</param>
    /// <param name="checkpoint">Where the parameters are.</param>
    /// <param name="parents">Models it was made from.</param>
    /// <param name="price">Of one prediction.</param>
    public static ModelRegistration Of(SettledJob settled, JobPlan plan, Cid checkpoint, IReadOnlyList<ModelId> parents,
        Money price) => new(
        settled.Outcome.Result, plan.Architecture.Hash, checkpoint, parents, settled.Order.Dataset, settled.Outcome.MetricPpm, price,
            new JobResult(settled.Id, settled.Outcome));
}
