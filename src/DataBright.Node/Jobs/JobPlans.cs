using DataBright.Compute.Jobs;
using DataBright.Market.Jobs;
using DataBright.Storage;

namespace DataBright.Node.Jobs;

/// <summary>Plans of jobs, whose digests on the ledger are also their addresses.</summary>
internal sealed class JobPlans(IBlobStore blobs, ILogger<JobPlans> log)
{
    /// <summary>Null where this node does not have it, or it is none.</summary>
    public async Task<IReadOnlyList<PlanLine>?> FindAsync(IndexedJob job, CancellationToken stop)
    {
        try
        {
            return PlanLine.Of(JobPlan.Parse(await blobs.ReadAsync(Cid.Raw(job.Plan), JobPlan.MaxBytes, stop)));
        }
        catch (BlobMissingException)
        {
            return null;
        }
        catch (DataBrightException fault)
        {
            log.LogWarning("The plan of job {Job} cannot be shown: {Fault}", job.Id, fault.Message);
            return null;
        }
    }
}
