using DataBright.Compute.Evaluations;
using DataBright.Compute.Jobs;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Jobs;
using DataBright.Market.Proposals;

namespace DataBright.Compute.Buying;

/// <summary>The measurement of a proposal as its buyer wants it. All but the money follows from the dataset.</summary>
/// <param name="Proposal">What is measured.</param>
/// <param name="Cid">Where its points are.</param>
/// <param name="Pay">What all workers together are paid.</param>
/// <param name="SchedulerFee">What the scheduler is paid.</param>
public sealed record EvaluationOrder(IndexedProposal Proposal, Storage.Cid Cid, Money Pay, Money SchedulerFee)
{
    /// <summary>The plan that the order on the ledger names.</summary>
    /// <param name="dataset">As the ledger has it now.</param>
    /// <param name="listed">What is on its list now.</param>
    /// <param name="heldOut">The points that accuracy is measured on.</param>
    /// <param name="terms">The dataset's.</param>
    /// <param name="subject">What is trained.</param>
    /// <exception cref="BadPlanException">Nobody could carry it out.</exception>
    public JobPlan PlanFor(Dataset dataset, IReadOnlyList<ShardReference> listed, ShardReference heldOut, MeasurementTerms terms,
        EvaluationSubject subject)
    {
        var proposed = new ShardReference(Proposal.Shard, Proposal.Count, Cid);
        var plan = EvaluationPlan.For(
            dataset.Id, dataset.VersionRoot, listed, proposed, heldOut, terms, subject.Architecture, subject.Start);
        return JobPlan.Parse((plan with { SchedulerFee = SchedulerFee }).ToJson());
    }

    /// <summary>The order on the ledger. A measurement that comes after the vote is of use to nobody.</summary>
    public JobOrder OrderOf(JobPlan plan, Address scheduler, Address referee) => new(
        JobKind.Evaluation, Proposal.Dataset, Proposal.Id, plan.Digest, scheduler, referee, plan.Redundancy, Pay + SchedulerFee,
        Proposal.Deadline);
}
