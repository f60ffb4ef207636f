using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using DataBright.Compute.Jobs;

namespace DataBright.Compute.Scheduler.State;

// How long a copy may take: a part of the job's time, and not much longer than others took. Orders choose deadlines and steps, so
// spans are multiplied as seconds in floating point, where nothing overflows.
public sealed partial record SchedulerJob
{
    /// <summary>A worker may take that many times as long as those whose results were agreed on.</summary>
    private const int Slowness = 8;

    /// <summary>Of its longest time, a worker may use a quarter before its speed is looked at.</summary>
    private const int Grace = 4;

    /// <summary>Snapshots that a worker keeps of a trace at least; the state before a step is computed again from the last one.</summary>
    private const int SnapshotsExpected = 16;

    /// <summary>Bytes a second at which a state is expected to arrive at least.</summary>
    private const double SlowestUpload = 1e6;

    private static readonly ConditionalWeakTable<ImmutableSortedDictionary<TaskKey, TaskState>, TaskFigures> Figures = [];

    /// <summary>
    /// When a copy must be done whatever the progress. The time that is left when it is taken up is divided among the rounds that are
    /// to come, the closing task, and one more for a copy that must be given to somebody else.
    /// </summary>
    private DateTimeOffset LatestEnd(TaskState task, Copy copy, SchedulerTerms terms)
    {
        var begun = copy.LeasedAt!.Value;
        var longest = Share(task.Key, Terms.Deadline - begun);
        if (Pace(task.Key) is { } pace) longest = Shorter(longest, Math.Max(terms.Lease.TotalSeconds, pace * task.Steps * Slowness));
        return begun + longest;
    }

    /// <summary>How long a seat may wait for a worker that computes something else here.</summary>
    private TimeSpan LongestWait(TaskKey key, Copy copy, SchedulerTerms terms) =>
        copy.Since is { } since ? Longer(terms.Seat, Share(key, Terms.Deadline - since) / Grace) : terms.Seat;

    private TimeSpan Share(TaskKey key, TimeSpan left)
    {
        if (left <= TimeSpan.Zero) return TimeSpan.Zero;
        var stages = key.IsClosing ? 1 : Plan.Rounds - key.Round + 1;
        return left / (stages + 1);
    }

    /// <summary>Whether a copy would not be done in its time at the speed it has had so far.</summary>
    private bool IsTooSlow(TaskState task, Copy copy, DateTimeOffset now, SchedulerTerms terms)
    {
        var latest = LatestEnd(task, copy, terms);
        if (now > latest) return true;
        var (gone, longest) = (now - copy.LeasedAt!.Value, latest - copy.LeasedAt.Value);
        return gone > Longer(terms.Lease, longest / Grace) && copy.Step * longest.TotalSeconds < task.Steps * gone.TotalSeconds;
    }

    /// <summary>When a worker that is asked to reveal must have done so: its final state has to arrive meanwhile.</summary>
    private DateTimeOffset RevealDue(DateTimeOffset now, SchedulerTerms terms) => now + terms.Reveal + Upload;

    /// <summary>When those asked in a dispute must have answered: the slowest of them may compute a part of its trace again.</summary>
    private DateTimeOffset AnswerDue(IEnumerable<Copy> copies, DateTimeOffset now, SchedulerTerms terms)
    {
        var longest = copies.Select(TimeTaken).Max() ?? TimeSpan.Zero;
        return now + terms.Answer + Upload + longest / SnapshotsExpected;
    }

    private TimeSpan Upload => TimeSpan.FromSeconds(TaskSteps.StateBytes(Plan) / SlowestUpload);

    /// <summary>Seconds for a step, as those took it whose result was agreed on: the one in the middle. Null before there is any.</summary>
    private double? Pace(TaskKey of) => of.IsClosing ? FiguresOf(Tasks).ClosingPace.Value : FiguresOf(Tasks).Pace.Value;

    /// <summary>The first round of each run in which not everything is agreed on.</summary>
    private int[] Frontier => FiguresOf(Tasks).Frontier.Value;

    private TaskFigures FiguresOf(ImmutableSortedDictionary<TaskKey, TaskState> tasks) => Figures.GetValue(tasks, all => new TaskFigures(
        new(() => FrontierOf(all, Plan)), new(() => PaceOf(all, isClosing: false)), new(() => PaceOf(all, isClosing: true))));

    private static int[] FrontierOf(ImmutableSortedDictionary<TaskKey, TaskState> tasks, JobPlan plan)
    {
        var rounds = Enumerable.Repeat(plan.Rounds, plan.Runs.Count).ToArray();
        foreach (var (key, task) in tasks)
            if (!key.IsClosing && task.Stage != TaskStage.Agreed) rounds[key.Run] = Math.Min(rounds[key.Run], key.Round);
        return rounds;
    }

    private static double? PaceOf(ImmutableSortedDictionary<TaskKey, TaskState> tasks, bool isClosing)
    {
        var paces = tasks.Values
            .Where(task => task.Stage == TaskStage.Agreed && task.Key.IsClosing == isClosing && task.Steps > 0)
            .SelectMany(task => task.Copies.Select(TimeTaken).OfType<TimeSpan>().Select(time => time.TotalSeconds / task.Steps))
            .Order()
            .ToList();
        return paces.Count == 0 ? null : paces[paces.Count / 2];
    }

    private static TimeSpan? TimeTaken(Copy copy) => copy.CommittedAt - copy.LeasedAt;

    private static TimeSpan Shorter(TimeSpan one, double seconds) => seconds < one.TotalSeconds ? TimeSpan.FromSeconds(seconds) : one;

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    /// <summary>What follows from all tasks together, worked out once for each state of them: a job may have many.</summary>
    private sealed record TaskFigures(Lazy<int[]> Frontier, Lazy<double?> Pace, Lazy<double?> ClosingPace);
}
