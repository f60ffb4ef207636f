using DataBright.Market;
using DataBright.Node.Rest;

namespace DataBright.Node.Jobs;

/// <summary>What pages and programs ask about jobs on the ledger.</summary>
public interface IJobReader
{
    /// <summary>Newest first; of one dataset where one is named.</summary>
    Task<Page<JobSummary>> ListAsync(DatasetId? dataset, PageRequest page, CancellationToken stop);

    Task<JobFacts?> FindAsync(JobId id, CancellationToken stop);
}
