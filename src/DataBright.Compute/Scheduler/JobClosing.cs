using DataBright.Compute.Jobs;
using DataBright.Compute.Scheduler.State;
using DataBright.Compute.Tasks;
using DataBright.Learning.Checkpoints;
using DataBright.Market.Jobs;
using DataBright.Storage;

namespace DataBright.Compute.Scheduler;

/// <summary>
/// Keeps what a job came to before the ledger hears of it, so that whoever sees the settlement can read its files. The closing task's
/// workers sent only hashes of the averaged checkpoints: here the averages are made again and must have those hashes.
/// </summary>
internal static class JobClosing
{
    public static async Task<JobOutput> KeepAsync(SchedulerJob job, IBlobStore blobs, CancellationToken stop)
    {
        var result = await ResultAsync(job, blobs, stop);
        await blobs.PutAsync(CanonicalJson.Write(result.Outcome), stop);
        return result;
    }

    private static async Task<JobOutput> ResultAsync(SchedulerJob job, IBlobStore blobs, CancellationToken stop)
    {
        var outcome = job.Tasks[TaskKey.Closing].Result!.Outcome!;
        var checkpoints = new List<CheckpointReference>();
        for (var run = 0; run < job.Plan.Runs.Count; run++)
        {
            var average = ClosingProgram.Average(job.Computed, run, await PartitionsAsync(job, run, blobs, stop));
            if (average.Hash != outcome.Runs[run].Checkpoint)
                throw new InvalidDataException(
                    $"Run {run} of job {job.Id} averages to {average.Hash}; {outcome.Runs[run].Checkpoint} was agreed on.");
            // A measurement gives nobody a model: the dataset is not paid for it.
            if (job.Terms.Kind == JobKind.Training)
                checkpoints.Add(new CheckpointReference(average.Hash, await blobs.PutAsync(average.ToBytes(), stop)));
        }

        var convicted = job.Participants.Where(pair => pair.Value.Standing == LeaseStanding.Convicted).Select(pair => pair.Key).Order();
        return new JobOutput(job.Id, job.Terms.Kind, outcome, checkpoints, job.Settlement!.Pay, [.. convicted]);
    }

    private static async Task<IReadOnlyList<Checkpoint>> PartitionsAsync(SchedulerJob job, int run, IBlobStore blobs,
        CancellationToken stop)
    {
        var partitions = new List<Checkpoint>();
        for (var partition = 0; partition < job.Plan.Partitions; partition++)
            partitions.Add(await TaskInputsReader.ReadAsync(blobs, job.Plan,
                job.Tasks[new TaskKey(run, job.Plan.Rounds - 1, partition)].Result!.Checkpoint!, stop));
        return partitions;
    }
}
