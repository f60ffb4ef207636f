using DataBright.Compute.Scheduler;
using DataBright.Compute.Scheduler.State;
using DataBright.Market;
using DataBright.Node.Jobs;
using JobState = DataBright.Compute.Scheduler.State.JobState;

namespace DataBright.Node.Compute;

/// <summary>The inside of the jobs that a scheduler in this process has.</summary>
public sealed class SchedulerJobWatch(SchedulerHost scheduler) : IJobWatch
{
    public Task<JobProgress?> FindAsync(JobId job, CancellationToken stop) =>
        Task.FromResult(scheduler.Book.Find(job) is { } state ? Describe(state) : null);

    private JobProgress Describe(JobState job) => new(
        [.. job.Tasks.Values.Select(task => new TaskProgress(task.Key.ToString(), [.. task.Copies.Select(copy => Describe(job, task, copy))]))],
        [.. scheduler.Losses.Of(job.Id).Select(point => new LossPoint(point.Step, point.Loss))]);

    private static Seat Describe(JobState job, TaskState task, Copy copy) =>
        new(copy.Index, copy.Worker.IsZero ? null : copy.Worker, StateOf(job, task, copy), task.Stage == TaskStage.Agreed ? task.Steps : copy.Step, task.Steps);

    private static SeatState StateOf(JobState job, TaskState task, Copy copy) => copy.Stage switch
    {
        _ when task.Stage == TaskStage.Agreed => SeatState.Agreed,
        CopyStage.Vacant when job.Participants.GetValueOrDefault(copy.Worker) is { Standing: Standing.Convicted } => SeatState.Convicted,
        CopyStage.Vacant when !copy.Worker.IsZero => SeatState.Lost,
        CopyStage.Leased => SeatState.Leased,
        CopyStage.Committed => SeatState.Committed,
        CopyStage.Revealed => SeatState.Revealed,
        _ => SeatState.Waiting,
    };
}
