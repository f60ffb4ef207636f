using DataBright.Compute.Jobs;
using DataBright.Compute.Protocol;
using DataBright.Compute.Scheduler.State;
using DataBright.Compute.Tasks;
using DataBright.Learning;
using DataBright.Learning.Checkpoints;
using DataBright.Market.Storage;

namespace DataBright.Compute.Scheduler;

/// <summary>Works out what a task starts from, once everything before it is agreed on.</summary>
internal sealed class TaskOpening(IBlobStore blobs)
{
    // The average of a round is the start of every partition of the next one; the last one made is enough.
    private ((ulong Job, int Run, int Round) Of, CheckpointReference Reference)? _average;

    public async Task<(TaskInputs Inputs, Digest Start)> PrepareAsync(JobState job, TaskKey task, CancellationToken stop)
    {
        if (task.IsSeal)
        {
            var finals = new TaskInputs(null, [.. LastRound(job)]);
            return (finals, TaskStart.Hash(job.Plan, task, finals, null));
        }

        var reference = task.Round == 0 ? job.Plan.Runs[task.Run].Start : await AverageAsync(job, task.Run, task.Round - 1, stop);
        var start = reference is null ? null : await TaskInputsReader.ReadAsync(blobs, job.Plan, reference, stop);
        var inputs = new TaskInputs(reference, []);
        return (inputs, TaskStart.Hash(job.Plan, task, inputs, start));
    }

    private static IEnumerable<FinalCheckpoint> LastRound(JobState job) =>
        from run in Enumerable.Range(0, job.Plan.Runs.Count)
        from partition in Enumerable.Range(0, job.Plan.Partitions)
        select new FinalCheckpoint(run, partition, job.Tasks[new TaskKey(run, job.Plan.Rounds - 1, partition)].Result!.Checkpoint!);

    private async Task<CheckpointReference> AverageAsync(JobState job, int run, int round, CancellationToken stop)
    {
        if (_average is { } known && known.Of == (job.Id.Value, run, round)) return known.Reference;
        var partitions = new List<Checkpoint>();
        for (var partition = 0; partition < job.Plan.Partitions; partition++)
            partitions.Add(await TaskInputsReader.ReadAsync(blobs, job.Plan, job.Tasks[new TaskKey(run, round, partition)].Result!.Checkpoint!, stop));
        var average = SealProgram.Average(job.Plan, run, partitions);
        var reference = new CheckpointReference(average.Hash, await blobs.PutAsync(average.ToBytes(), stop));
        _average = ((job.Id.Value, run, round), reference);
        return reference;
    }
}
