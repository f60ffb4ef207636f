using DataBright.Compute.Jobs;
using DataBright.Compute.Protocol;
using DataBright.Compute.Scheduler.State;
using DataBright.Compute.Tasks;
using DataBright.Learning.Checkpoints;
using DataBright.Market;
using DataBright.Storage;

namespace DataBright.Compute.Scheduler;

/// <summary>Works out what a task starts from, once everything before it is agreed on.</summary>
internal sealed class TaskOpening(IBlobStore blobs, TimeProvider clock, SchedulerTerms terms)
{
    // The average of a round is the start of every partition of the next one; the last one made is enough. Jobs share it side by side,
    // so it is replaced as a whole.
    private volatile Average? _last;

    public async Task<(TaskInputs Inputs, Digest Start)> PrepareAsync(SchedulerJob job, TaskKey task, CancellationToken stop)
    {
        if (task.IsClosing)
        {
            var finals = new TaskInputs(null, [.. LastRound(job)], job.Measurement);
            return (finals, TaskStart.Hash(job.Plan, task, finals, null));
        }

        var reference = task.Round == 0 ? job.Plan.Runs[task.Run].Start : await AverageAsync(job, task.Run, task.Round - 1, stop);
        var start = reference is null ? null : await TaskInputsReader.ReadAsync(blobs, job.Plan, reference, stop);
        var inputs = new TaskInputs(reference, [], job.Measurement);
        return (inputs, TaskStart.Hash(inputs.Of(job.Plan), task, inputs, start));
    }

    private static IEnumerable<FinalCheckpoint> LastRound(SchedulerJob job) =>
        from run in Enumerable.Range(0, job.Plan.Runs.Count)
        from partition in Enumerable.Range(0, job.Plan.Partitions)
        select new FinalCheckpoint(run, partition, job.Tasks[new TaskKey(run, job.Plan.Rounds - 1, partition)].Result!.Checkpoint!);

    private async Task<CheckpointReference> AverageAsync(SchedulerJob job, int run, int round, CancellationToken stop)
    {
        if (_last is { } known && known.IsOf(job, run, round)) return known.Reference;
        var partitions = new List<Checkpoint>();
        for (var partition = 0; partition < job.Plan.Partitions; partition++)
            partitions.Add(await TaskInputsReader.ReadAsync(blobs, job.Plan,
                job.Tasks[new TaskKey(run, round, partition)].Result!.Checkpoint!, stop));
        var average = ClosingProgram.Average(job.Computed, run, partitions);
        var reference = new CheckpointReference(average.Hash,
            await blobs.PutAsync(average.ToBytes(), Retention.Until(job.FilesUntil(clock.GetUtcNow(), terms)), stop));
        _last = new Average(job.Id, job.Terms.Order, run, round, reference);
        return reference;
    }

    /// <summary>An order may have the number of another that the chain took back.</summary>
    private sealed record Average(JobId Job, Hash32 Order, int Run, int Round, CheckpointReference Reference)
    {
        public bool IsOf(SchedulerJob job, int run, int round) => Job == job.Id && Order == job.Terms.Order && Run == run && Round == round;
    }
}
