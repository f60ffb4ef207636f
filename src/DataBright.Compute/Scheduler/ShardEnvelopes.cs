using DataBright.Compute.Jobs;
using DataBright.Compute.Ledger;
using DataBright.Compute.Points;
using DataBright.Compute.Protocol;
using DataBright.Compute.Scheduler.State;
using DataBright.Compute.Scheduler.Stores;
using DataBright.Market.Datasets;
using DataBright.Storage;

namespace DataBright.Compute.Scheduler;

/// <summary>Parts of shards, each encrypted to the one worker that is to have it, and to no other.</summary>
public sealed class ShardEnvelopes(ISchedulerStore store, IBlobStore blobs, IShardSource shards, MeasuredPoints points, TimeProvider clock,
    SchedulerTerms terms)
{

    /// <summary>The points that a task needs, sealed to a worker. Made once for each worker and part, however many tasks use it.</summary>
    public async Task<IReadOnlyList<SealedPart>> ForAsync(SchedulerJob job, TaskKey task, RegisteredWorker worker, CancellationToken stop)
    {
        if (task.IsClosing) return [await PartAsync(job, worker, SealedPart.HeldOut, -1, stop)];
        var parts = new List<SealedPart>();
        var plan = job.Computed;
        foreach (var shard in plan.Runs[task.Run].Shards)
            if (PartitionSlice.Of(plan.CountOf(shard), plan.Partitions, task.Partition).Count > 0)
                parts.Add(await PartAsync(job, worker, shard, task.Partition, stop));
        // A single partition has all points that may be repeated, so its worker repeats them by itself.
        if (plan.Partitions > 1 && plan.RepeatsOf(task.Run, task.Partition) > 0)
            parts.Add(await PartAsync(job, worker, SealedPart.RepeatedBy(task.Run), task.Partition, stop));
        return parts;
    }

    private async Task<SealedPart> PartAsync(SchedulerJob job, RegisteredWorker worker, int shard, int partition, CancellationToken stop)
    {
        if (store.FindEnvelope(job.Id, worker.Worker, shard, partition) is { } known && await blobs.HasAsync(known, stop))
            return new SealedPart(shard, partition, known);

        using var plain = new MemoryStream(ShardFile.ToBytes(await ReadAsync(job, shard, partition, stop)), writable: false);
        using var target = new MemoryStream();
        await Envelope.SealAsync(plain, target, [worker.EncryptionKey], stop);
        target.Position = 0;
        var cid = await blobs.PutAsync(target, Retention.Until(job.FilesUntil(clock.GetUtcNow(), terms)), stop);
        return new SealedPart(shard, partition, store.KeepEnvelope(job.Id, worker.Worker, shard, partition, cid));
    }

    private async Task<Shard> ReadAsync(SchedulerJob job, int shard, int partition, CancellationToken stop) => shard switch
    {
        SealedPart.HeldOut => await shards.ReadHeldOutAsync(job.Plan.Dataset, job.Plan.HeldOut, stop),
        < SealedPart.HeldOut => await points.RepeatedAsync(job.Computed, new TaskKey(SealedPart.RunOf(shard), 0, partition), stop),
        _ => Examples.Part(await points.ReadAsync(job.Computed, shard, stop), job.Computed, shard, partition),
    };
}
