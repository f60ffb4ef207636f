using DataBright.Compute.Jobs;
using DataBright.Compute.Ledger;
using DataBright.Compute.Points;
using DataBright.Compute.Protocol;
using DataBright.Compute.Scheduler.State;
using DataBright.Compute.Scheduler.Stores;
using DataBright.Market.Datasets;
using DataBright.Market.Storage;

namespace DataBright.Compute.Scheduler;

/// <summary>Parts of shards, each encrypted to the one worker that is to have it, and to no other.</summary>
public sealed class Envelopes(ISchedulerStore store, IBlobStore blobs, IShardSource shards)
{
    /// <summary>The points that a task needs, sealed to a worker. Made once for each worker and part, however many tasks use it.</summary>
    public async Task<IReadOnlyList<SealedPart>> ForAsync(JobState job, TaskKey task, RegisteredWorker worker, CancellationToken stop)
    {
        if (task.IsSeal) return [await PartAsync(job, worker, -1, -1, stop)];
        var parts = new List<SealedPart>();
        foreach (var shard in job.Plan.Runs[task.Run].Shards)
            if (Slice.Of(job.Plan.Shards[shard].Count, job.Plan.Partitions, task.Partition).Count > 0)
                parts.Add(await PartAsync(job, worker, shard, task.Partition, stop));
        return parts;
    }

    private async Task<SealedPart> PartAsync(JobState job, RegisteredWorker worker, int shard, int partition, CancellationToken stop)
    {
        if (store.FindEnvelope(job.Id, worker.Worker, shard, partition) is { } known && await blobs.HasAsync(known, stop))
            return new SealedPart(shard, partition, known);

        var whole = await shards.ReadAsync(shard < 0 ? job.Plan.HeldOut : job.Plan.Shards[shard], stop);
        var part = shard < 0 ? whole : Examples.Part(whole, job.Plan.Partitions, partition);
        using var plain = new MemoryStream(ShardFile.ToBytes(part), writable: false);
        using var target = new MemoryStream();
        await Envelope.SealAsync(plain, target, [worker.EncryptionKey], stop);
        target.Position = 0;
        var cid = await blobs.PutAsync(target, stop);
        return new SealedPart(shard, partition, store.KeepEnvelope(job.Id, worker.Worker, shard, partition, cid));
    }
}
