using DataBright.Market;

namespace DataBright.Node.Jobs;

/// <summary>Sees inside jobs. A node that is a job's scheduler does; any other has only what is on the ledger.</summary>
public interface IJobWatch
{
    /// <summary>Null where the inside of the job is not known here.</summary>
    Task<JobProgress?> FindAsync(JobId job, CancellationToken stop);
}

/// <summary>For a node that schedules nothing.</summary>
internal sealed class NoJobWatch : IJobWatch
{
    public Task<JobProgress?> FindAsync(JobId job, CancellationToken stop) => Task.FromResult<JobProgress?>(null);
}
