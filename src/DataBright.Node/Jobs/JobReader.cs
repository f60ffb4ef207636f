using DataBright.Market;
using DataBright.Market.Jobs;
using DataBright.Node.Ledger;
using DataBright.Node.Rest;
using DataBright.Node.Usage;
using JobState = DataBright.Market.Jobs.JobState;

namespace DataBright.Node.Jobs;

/// <summary>Jobs as the index has them, with their plans from the blob store.</summary>
internal sealed class JobReader(LedgerIndex index, DatasetNames names, MarketClock clock, JobPlans plans, UsageReader usage) : IJobReader
{
    public Task<Page<JobSummary>> ListAsync(DatasetId? dataset, PageRequest page, CancellationToken stop)
    {
        var name = names.ForList();
        return Task.FromResult(IndexPages.Read(page, request => index.Jobs.List(dataset, request), row => Summary(row, name(row.Dataset))));
    }

    public async Task<JobFacts?> FindAsync(JobId id, CancellationToken stop) => index.Jobs.Find(id) is not { } row ? null : new JobFacts(
        Summary(row, names.Of(row.Dataset)), row.Plan.ToHash32(), row.Scheduler, row.Referee, row.Pay, row.DatasetFee, ByUsage(row),
        row.Beacon, row.AssignmentRoot, row.CommitsRoot, row.Outcome?.Result.ToHash32(), row.Paid,
        [.. index.Jobs.Steps(id).Select(step => new JobStep(step.State, step.Block, step.At))],
        [.. index.Jobs.Convictions(id)
            .Select(found => new ConvictionFacts(found.Worker, found.Reporter, found.Slashed, found.Evidence.ToHash32(), found.At))],
        [.. index.Jobs.Payments(id).Select(paid => new JobPayment(paid.Receiver, paid.Purpose, paid.Amount, paid.At))],
        index.Models.OfJob(id)?.Id, await usage.FindAsync(row, stop))
    {
        Plan = await plans.FindAsync(row, stop),
    };

    /// <summary>As the contract rounds it; a dataset's policy is fixed for good.</summary>
    private Money ByUsage(IndexedJob row) =>
        row.DatasetFee.TimesDown((UInt128)Math.Clamp(index.Datasets.Find(row.Dataset)?.Policy.UsageBps ?? 0, 0, 10_000), 10_000);

    private JobSummary Summary(IndexedJob row, string datasetName) => new(
        row.Id, row.Kind, row.State, row.Dataset, datasetName, row.Proposal, row.Buyer, row.Redundancy,
        Fraction.OfPpm(row.AccuracyPpm), row.Convictions, row.Price, row.CreatedAt, row.Deadline)
    {
        Overdue = row.State < JobState.Settled && clock.Now >= row.Deadline,
    };
}
