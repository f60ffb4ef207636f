using DataBright.Compute.Points;
using DataBright.Compute.Scheduler.State;
using DataBright.Compute.Tasks;
using DataBright.Learning.Training;
using DataBright.Storage;

namespace DataBright.Compute.Scheduler;

/// <summary>
/// Measures the averages of rounds while a job runs: the scheduler's own word, for people to look at. What a job is paid for, its workers
/// measure.
/// </summary>
internal sealed class RoundMeasuring(JobBook book, IBlobStore blobs, IShardSource shards)
{
    /// <summary>Multiplications and additions: some seconds on one core. What takes longer is left to the closing task.</summary>
    private const double MaxWork = 1e11;

    public async Task MeasureAsync(SchedulerJob job, int round, CancellationToken stop) =>
        Keep(job, round, await CorrectAsync(job, round, stop));

    /// <summary>It cannot be found out, and is not tried again.</summary>
    public void GiveUp(SchedulerJob job, int round) => Keep(job, round, null);

    private void Keep(SchedulerJob job, int round, int? correct) =>
        book.Apply(job.Id, state => state.Terms.IsSameOrder(job.Terms) ? state.Measured(round, correct) : state);

    private async Task<int?> CorrectAsync(SchedulerJob job, int round, CancellationToken stop)
    {
        if ((double)job.Plan.HeldOut.Count * job.Plan.Architecture.ForwardOperations > MaxWork) return null;
        var average = job.Tasks[new(0, round + 1, 0)].Inputs!.Start!;
        var checkpoint = await TaskInputsReader.ReadAsync(blobs, job.Plan, average, stop);
        var heldOut = Examples.From(await shards.ReadHeldOutAsync(job.Plan.Dataset, job.Plan.HeldOut, stop), job.Plan.Architecture);
        return Evaluation.Measure(job.Plan.Architecture, checkpoint, heldOut).Correct;
    }
}
