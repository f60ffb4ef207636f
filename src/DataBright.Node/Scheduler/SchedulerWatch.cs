using DataBright.Compute.Jobs;
using DataBright.Compute.Scheduler;
using DataBright.Compute.Scheduler.State;
using DataBright.Compute.Scheduler.Stores;
using DataBright.Market;
using DataBright.Market.Jobs;
using DataBright.Node.Jobs;
using DataBright.Node.Rest;

namespace DataBright.Node.Scheduler;

/// <summary>Looks into the jobs of this node's own scheduler: at each of them once a second, however many ask.</summary>
internal sealed class SchedulerWatch(SchedulerHost scheduler, ISchedulerStore store, TimeProvider clock) : IJobWatch
{
    private const int EventsAtOnce = 1_000, AtOnce = 4;

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly AnswerCache<(JobId Job, bool IsOver), JobProgress?> _kept = new(clock, Fresh, AtOnce);

    public async Task<JobProgress?> FindAsync(JobId job, CancellationToken stop) => scheduler.Book.Find(job) is { } state
        ? await _kept.GetAsync((job, state.IsOver), () => Task.FromResult(Look(job)), stop)
        : scheduler.Book.ReasonOf(job) is { } reason ? new JobProgress([], [], reason, scheduler.Book.HasRefused(job)) : null;

    private JobProgress? Look(JobId job)
    {
        if (scheduler.Book.Find(job) is not { } state) return null;
        var gone = Gone(job);
        return new JobProgress(
            [.. state.Tasks.Values.Select(task => new TaskProgress(NameOf(task.Key, state.Plan), [.. Seats(task, gone[task.Key])]))],
            [.. (state.Losses ?? []).Select(figure => new LossPoint(figure.Step, figure.Loss))],
            state.Problem, state.Phase == JobPhase.Failed)
        {
            Rounds = [.. RoundsOf(state)],
        };
    }

    /// <summary>The last round is measured by the closing task, on which the workers agree.</summary>
    private static IEnumerable<RoundAccuracy> RoundsOf(SchedulerJob state)
    {
        if (state.Plan.Kind != JobKind.Training) yield break;
        foreach (var figure in state.Rounds ?? [])
            yield return new RoundAccuracy(figure.Round + 1, figure.Accuracy is { } accuracy ? Fraction.Near(accuracy) : null);
        if ((state.Result?.Outcome ?? state.Tasks.GetValueOrDefault(TaskKey.Closing)?.Result?.Outcome) is { Runs: [var sealed_] })
            yield return new RoundAccuracy(state.Plan.Rounds, Fraction.Near((double)sealed_.Correct / sealed_.Total));
    }

    private static string NameOf(TaskKey key, JobPlan plan)
    {
        if (key.IsClosing) return "Closing task";
        var name = plan.Runs.Count > 1 ? $"Run {plan.Runs[key.Run].Name}, round {key.Round + 1}" : $"Round {key.Round + 1}";
        return plan.Partitions > 1 ? $"{name}, part {key.Partition + 1}" : name;
    }

    private static IEnumerable<Seat> Seats(TaskState task, IEnumerable<JobEvent> gone)
    {
        foreach (var copy in task.Copies)
            yield return new Seat(copy.Index, copy.Stage == CopyStage.Vacant ? null : copy.Worker, StateOf(task, copy), copy.Step,
                task.Steps);
        foreach (var lost in gone)
            yield return new Seat(-1, lost.Worker, lost.Kind == JobEventKind.Convicted ? SeatState.Convicted : SeatState.Lost, 0,
                task.Steps);
    }

    private static SeatState StateOf(TaskState task, Copy copy) => copy.Stage switch
    {
        _ when task.Stage == TaskStage.Agreed => SeatState.Agreed,
        CopyStage.Leased => SeatState.Leased,
        CopyStage.Committed => SeatState.Committed,
        CopyStage.Revealed => SeatState.Revealed,
        _ => SeatState.Waiting,
    };

    /// <summary>
    /// Those who lost a copy, by the task they lost it in: once for each worker, as a convict where it was convicted there.
    /// </summary>
    private ILookup<TaskKey, JobEvent> Gone(JobId job)
    {
        var gone = new List<JobEvent>();
        long after = 0;
        while (store.Events(job, after, EventsAtOnce) is { Count: > 0 } events)
        {
            gone.AddRange(
                events.Where(news => news is { Kind: JobEventKind.Convicted or JobEventKind.Vacated, Task: not null, Worker: not null }));
            after = events[^1].Sequence;
        }
        return gone
            .GroupBy(news => (Task: news.Task!.Value, news.Worker))
            .Select(found => found.OrderByDescending(news => news.Kind == JobEventKind.Convicted).First())
            .ToLookup(news => news.Task!.Value);
    }
}
