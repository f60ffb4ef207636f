using System.Collections.Concurrent;
using DataBright.Compute.Jobs;
using DataBright.Market;
using DataBright.Market.Jobs;
using DataBright.Storage;

namespace DataBright.Node.Datasets;

/// <summary>Which shards a job learned from, by its plan, whose digest the ledger has. Plans never change, so each is read once.</summary>
internal sealed class PlannedShards(IBlobStore blobs, ILogger<PlannedShards> log)
{
    private const int MaxRemembered = 10_000;

    private readonly ConcurrentDictionary<JobId, IReadOnlySet<Hash32>> _known = [];

    /// <summary>Null where this node does not have the plan.</summary>
    public async Task<IReadOnlySet<Hash32>?> FindAsync(IndexedJob job, CancellationToken stop)
    {
        if (_known.TryGetValue(job.Id, out var known)) return known;
        try
        {
            var plan = JobPlan.Parse(await blobs.ReadAsync(Cid.Raw(job.Plan), JobPlan.MaxBytes, stop));
            var shards = plan.Shards.Select(shard => shard.Root).ToHashSet();
            if (_known.Count < MaxRemembered) _known[job.Id] = shards;
            return shards;
        }
        catch (BlobMissingException)
        {
            return null;
        }
        catch (DataBrightException e)
        {
            log.LogWarning("What job {Job} learned from cannot be shown: {Fault}", job.Id, e.Message);
            return null;
        }
    }
}
