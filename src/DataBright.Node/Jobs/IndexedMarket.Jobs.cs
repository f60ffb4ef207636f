using DataBright.Market;
using DataBright.Market.Index;
using DataBright.Market.Jobs;
using DataBright.Node.Jobs;
using DataBright.Node.Rest;
using JobState = DataBright.Market.Jobs.JobState;

namespace DataBright.Node.Ledger;

internal sealed partial class IndexedMarket
{
    public Task<Page<JobSummary>> JobsAsync(DatasetId? dataset, PageRequest page, CancellationToken stop)
    {
        var names = Names();
        return PageAsync(page, request => index.Jobs.List(dataset, request), row => Summary(row, names(row.Dataset)));
    }

    public async Task<JobFacts?> JobAsync(JobId id, CancellationToken stop) => index.Jobs.Find(id) is not { } row ? null : new JobFacts(
        Summary(row, NameOf(row.Dataset)), row.Plan.ToHash32(), row.Scheduler, row.Referee, row.Pay, row.DatasetFee, ByUsage(row),
        row.Beacon, row.AssignmentRoot, row.CommitsRoot, row.Outcome?.Result.ToHash32(), row.Paid,
        [.. index.Jobs.Steps(id).Select(step => new JobStep(step.State, step.Block, step.At))],
        [.. index.Jobs.Convictions(id).Select(found => new ConvictionFacts(found.Worker, found.Reporter, found.Slashed, found.Evidence.ToHash32(), found.At))],
        [.. index.Jobs.Payments(id).Select(paid => new JobPayment(paid.Receiver, paid.Purpose, paid.Amount, paid.At))],
        index.Models.OfJob(id)?.Id, await UsageOfAsync(row, stop))
    {
        Plan = await plans.FindAsync(row, stop),
    };

    /// <summary>As the contract rounds it; a dataset's policy is fixed for good.</summary>
    private Money ByUsage(IndexedJob row) =>
        row.DatasetFee.TimesDown((UInt128)Math.Clamp(index.Datasets.Find(row.Dataset)?.Policy.UsageBps ?? 0, 0, 10_000), 10_000);

    private JobSummary Summary(IndexedJob row, string datasetName) => new(
        row.Id, row.Kind, row.State, row.Dataset, datasetName, row.Proposal, row.Buyer, row.Redundancy,
        row.AccuracyPpm is { } accuracy ? new Fraction(accuracy) : null, row.Convictions, row.Price, row.CreatedAt, row.Deadline)
    {
        Overdue = row.State < JobState.Settled && Now >= row.Deadline,
    };
}
