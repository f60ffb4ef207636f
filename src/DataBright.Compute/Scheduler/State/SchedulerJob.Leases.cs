using System.Collections.Immutable;
using DataBright.Compute.Draws;
using DataBright.Compute.Jobs;
using DataBright.Compute.Protocol;
using DataBright.Ethereum;

namespace DataBright.Compute.Scheduler.State;

// Opening tasks, handing them out, taking them back.
public sealed partial record SchedulerJob
{
    /// <summary>Tasks whose inputs are known by now but that are not open yet.</summary>
    public IEnumerable<TaskState> Ready => Phase == JobPhase.Running
        ? Tasks.Values.Where(task => task.Stage == TaskStage.Waiting && HasInputs(task.Key, Frontier))
        : [];

    /// <summary>Opens a task for the workers in its seats.</summary>
    public SchedulerJob Open(TaskKey key, TaskInputs inputs, Digest start, DateTimeOffset now, SchedulerTerms terms)
    {
        var task = Tasks[key];
        if (task.Stage != TaskStage.Waiting) return this;
        var state = With(task with { Stage = TaskStage.Open, Inputs = inputs, Start = start }).Tell(JobEventKind.Opened, key);
        foreach (var copy in task.Copies)
            if (state.Seats.TryGetValue(SeatKey.Of(key, copy.Index), out var worker)
                && state.Participants[worker].Standing == LeaseStanding.Good)
                state = state.Give(key, copy.Index, worker, now, terms);
        return state;
    }

    /// <summary>Gives a worker the tasks that wait for it, as many as it can start.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="free">How many it can start.</param>
    /// <param name="isReady">Whether what a copy needs can be made ready now; else it would be handed out and taken back again and
    /// again.</param>
    /// <param name="now">The time.</param>
    /// <param name="terms">Terms.</param>
    public SchedulerJob Lease(Address worker, int free, Func<TaskKey, int, bool> isReady, DateTimeOffset now, SchedulerTerms terms)
    {
        var state = this;
        foreach (var task in Tasks.Values.Where(task => task.Stage == TaskStage.Open))
            foreach (var copy in task.Copies)
            {
                if (free == 0) return state;
                if (copy.Stage != CopyStage.Waiting || copy.Worker != worker || !isReady(task.Key, copy.Lease)) continue;
                var leased = copy with { Stage = CopyStage.Leased, LeasedAt = now };
                state =
                    state.With(state.Tasks[task.Key].With(leased with { Due = Earlier(now + terms.Lease, LatestEnd(task, leased, terms)) }))
                    .Tell(JobEventKind.Leased, task.Key, worker);
                free--;
            }

        return state;
    }

    /// <summary>
    /// What the worker was to be given could not be made ready: the copy waits for it again, and no time counts against it.
    /// </summary>
    /// <param name="key">The task.</param>
    /// <param name="lease">The lease.</param>
    /// <param name="again">When it is tried again.</param>
    /// <param name="terms">Terms.</param>
    public SchedulerJob TakeBack(TaskKey key, int lease, DateTimeOffset again, SchedulerTerms terms)
    {
        if (!Tasks.TryGetValue(key, out var task) || task.FindLease(lease) is not { Stage: CopyStage.Leased, Step: 0 } copy) return this;
        return With(task.With(copy with { Stage = CopyStage.Waiting, LeasedAt = null, Since = again, Due = again + terms.Seat }));
    }

    /// <summary>
    /// A worker that leaves gives back what it has not begun. What it took and let lie is a lapse: to leave is no way around one.
    /// </summary>
    public SchedulerJob Release(Address worker, IReadOnlyCollection<LeaseId> begun, DateTimeOffset now, SchedulerTerms terms)
    {
        var state = this;
        foreach (var task in Tasks.Values.Where(task => task.Stage == TaskStage.Open))
            foreach (var copy in task.Copies.Where(copy => copy.Worker == worker && (copy.Stage is CopyStage.Waiting or CopyStage.Leased)))
            {
                if (begun.Contains(new LeaseId(Id, copy.Lease))) continue;
                if (copy.LeasedAt is { } leased && (copy.Step > 0 || now - leased > terms.Seat)) state = state.Lapsed(worker, now);
                state = state.Vacate(task.Key, copy.Index, LeaseEnd.Leaving);
            }

        return state;
    }

    /// <summary>
    /// A worker that gets on keeps its lease, as long as the job has time. Its word counts only with a state it will have to stand by.
    /// </summary>
    /// <exception cref="ProtocolException">It does not hold the lease.</exception>
    public SchedulerJob Beat(Address worker, Heartbeat heartbeat, DateTimeOffset now, SchedulerTerms terms)
    {
        var (task, copy) = Held(worker, heartbeat.Lease, task: null);
        if (copy.Stage != CopyStage.Leased || heartbeat.State is not { } hash || heartbeat.Step <= copy.Step || heartbeat.Step > task.Steps)
            return this;
        return With(task.With(copy with
        {
            Step = heartbeat.Step,
            Heard = new Progress(heartbeat.Step, hash),
            Due = Earlier(now + terms.Lease, LatestEnd(task, copy, terms)),
        })).Heard(task, copy, heartbeat.Step, heartbeat.Loss);
    }

    /// <summary>Takes back what is overdue, and what waits for workers that are gone or do not come for it.</summary>
    /// <param name="now">The time.</param>
    /// <param name="isPresent">Whether a worker has been heard of lately.</param>
    /// <param name="isBusy">Whether a worker computes for this scheduler, in whichever job: then what waits for it may wait.</param>
    /// <param name="terms">Terms.</param>
    public SchedulerJob Expire(DateTimeOffset now, Func<Address, bool> isPresent, Func<Address, bool> isBusy, SchedulerTerms terms)
    {
        var state = this;
        foreach (var key in Tasks.Keys)
        {
            foreach (var copy in state.Tasks[key].Copies) state = state.Expire(key, copy, now, isPresent, isBusy, terms);
            state = state.ExpireDispute(key, now);
        }

        return state;
    }

    private SchedulerJob Expire(TaskKey key, Copy copy, DateTimeOffset now, Func<Address, bool> isPresent, Func<Address, bool> isBusy,
        SchedulerTerms terms)
    {
        var isOver = copy.Due < now;
        switch (copy.Stage)
        {
            case CopyStage.Leased when isOver:
                return Stalled(copy, now, terms).Vacate(key, copy.Index, LeaseEnd.Overdue);
            case CopyStage.Leased when IsTooSlow(Tasks[key], copy, now, terms):
                return Stalled(copy, now, terms).Vacate(key, copy.Index, LeaseEnd.Slow);
            case CopyStage.Committed when isOver:
                return Lapsed(copy.Worker, now).Vacate(key, copy.Index, LeaseEnd.Unrevealed);
            case CopyStage.Waiting when !isPresent(copy.Worker):
                return Vacate(key, copy.Index, LeaseEnd.Absent);
            case CopyStage.Waiting when isOver && isBusy(copy.Worker):
                return now - (copy.Since ?? now) <= LongestWait(key, copy, terms)
                    ? With(Tasks[key].With(copy with { Due = now + terms.Seat }))
                    : Vacate(key, copy.Index, LeaseEnd.Busy);
            case CopyStage.Waiting when isOver:
                return Lapsed(copy.Worker, now).Vacate(key, copy.Index, LeaseEnd.Unclaimed);
            default:
                return this;
        }
    }

    /// <summary>
    /// Finds workers for copies that nobody has. A worker that lost a copy of a task gets it again only when no other can, and so does one
    /// that is set aside because it let others wait, in whichever job.
    /// </summary>
    public SchedulerJob Refill(IReadOnlyList<PoolMember> present, IReadOnlyList<PoolMember> setAside, Func<Address, bool> isSetAside,
        DateTimeOffset now, SchedulerTerms terms)
    {
        var state = this;
        foreach (var task in Tasks.Values.Where(task => task.Stage == TaskStage.Open))
            foreach (var copy in task.Copies.Where(copy => copy.Stage == CopyStage.Waiting && isSetAside(copy.Worker)))
                state = state.Replaced(task.Key, copy, present, now, terms);
        foreach (var task in Tasks.Values.Where(task => task.Stage == TaskStage.Open))
            foreach (var copy in task.Copies.Where(copy => copy.Stage == CopyStage.Vacant))
                state = state.Refill(task.Key, copy, present, setAside, now, terms);

        var empty = state.Tasks.Values.Where(task => task.Stage == TaskStage.Open)
            .FirstOrDefault(task => task.Copies.Any(copy => copy.Stage == CopyStage.Vacant));
        if (empty is not null) return (state.IsShort ? state : state with { IsShort = true }).Wait(ShortWords(empty.Key));
        return state.IsShort ? state with { IsShort = false, Problem = null } : state;
    }

    /// <summary>Partitions that an operator may have seen so far, through any of its workers.</summary>
    public ImmutableSortedSet<int> PartitionsOf(Address @operator) =>
        Participants.Values.Where(participant => participant.Operator == @operator)
            .Aggregate(ImmutableSortedSet<int>.Empty, (all, participant) => all.Union(participant.Partitions));

    /// <summary>The task that a worker holds a lease of.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="lease">The lease.</param>
    /// <param name="task">The task it says the lease is for; null when it does not say.</param>
    /// <exception cref="ProtocolException">It does not hold that lease, or the lease is for another task.</exception>
    public TaskState RequireLease(Address worker, LeaseId lease, TaskKey? task) => Held(worker, lease, task).Task;

    private string ShortWords(TaskKey task) =>
        $"Task {task} needs one more worker: none is there that has no other copy of it and keeps within the data limit of "
        + $"{Plan.DataLimitBps / 100m:0.##} %.";

    private bool HasInputs(TaskKey key, int[] frontier) =>
        key.IsClosing ? frontier.All(round => round == Plan.Rounds) : key.Round <= frontier[key.Run];

    /// <summary>What waits for a worker that lets others wait goes to another at once, where there is one.</summary>
    private SchedulerJob Replaced(TaskKey key, Copy copy, IReadOnlyList<PoolMember> present, DateTimeOffset now, SchedulerTerms terms)
    {
        var vacated = Vacate(key, copy.Index, LeaseEnd.SetAside);
        var refilled = vacated.Refill(key, vacated.Tasks[key].Copies[copy.Index], present, [], now, terms);
        return ReferenceEquals(refilled, vacated) ? this : refilled;
    }

    private SchedulerJob Refill(
        TaskKey key, Copy copy, IReadOnlyList<PoolMember> present, IReadOnlyList<PoolMember> setAside, DateTimeOffset now,
        SchedulerTerms terms)
    {
        var seat = SeatKey.Of(key, copy.Index);
        var others = OperatorsBeside(key, copy.Index);
        var candidates = Good(present);
        var rested = candidates.Where(member => member.Worker != copy.Worker);
        var chosen = Choose(rested) ?? Choose(candidates) ?? Choose(Good(setAside));
        if (chosen is null) return this;
        return Seated(seat, chosen.Worker, chosen.Operator)
            .Give(key, copy.Index, chosen.Worker, now, terms)
            .Tell(JobEventKind.Replaced, key, chosen.Worker);

        List<PoolMember> Good(IReadOnlyList<PoolMember> from) =>
            [.. from.Where(member => Participants.GetValueOrDefault(member.Worker)?.Standing is null or LeaseStanding.Good)];

        PoolMember? Choose(IEnumerable<PoolMember> from) =>
            Substitution.Choose(Beacon!.Value, seat, NextLease, from, others, PartitionsOf, Plan);
    }

    /// <summary>Operators with another copy of the task, or in a seat that will get one: none of them may check itself.</summary>
    private HashSet<Address> OperatorsBeside(TaskKey key, int index)
    {
        var copies = Tasks[key].Copies.Where(copy => copy.Index != index && copy.Stage != CopyStage.Vacant).Select(copy => copy.Worker);
        var seats = Enumerable.Range(0, Plan.Redundancy).Where(other => other != index)
            .Select(other => Seats.GetValueOrDefault(SeatKey.Of(key, other)))
            .Where(worker => Participants.GetValueOrDefault(worker)?.Standing == LeaseStanding.Good);
        return [.. copies.Concat(seats).Select(worker => Participants[worker].Operator)];
    }

    private SchedulerJob Give(TaskKey key, int index, Address worker, DateTimeOffset now, SchedulerTerms terms)
    {
        var copy = new Copy(index, CopyStage.Waiting, NextLease, worker, Due: now + terms.Seat) { Since = now };
        return With(Tasks[key].With(copy)) with { NextLease = NextLease + 1 };
    }

    private SchedulerJob Vacate(TaskKey key, int index, string reason)
    {
        var task = Tasks[key];
        var copy = task.Copies[index];
        // The last holder's address stays in the empty copy, so that somebody else is preferred next time. Those who have committed are
        // asked to reveal anew when the empty copy is committed too: until then they can do nothing, and no time counts against them.
        var copies = task.Copies.SetItem(index, Copy.Empty(index) with { Worker = copy.Worker })
            .Select(other => other.Stage == CopyStage.Committed ? other with { Due = null } : other);
        return With(task with { Copies = [.. copies], Checked = [] }).Tell(JobEventKind.Vacated, key, copy.Worker, reason);
    }

    private (TaskState Task, Copy Copy) Held(Address worker, LeaseId lease, TaskKey? task)
    {
        foreach (var candidate in Tasks.Values)
        {
            if (candidate.FindLease(lease.Number) is not { } copy) continue;
            if (copy.Worker != worker) break;
            if (task is { } named && named != candidate.Key)
                throw new ProtocolException(Refusal.WrongTask, $"Lease {lease} is for task {candidate.Key}, not {named}.");
            return (candidate, copy);
        }

        throw new ProtocolException(Refusal.LeaseLost, $"Lease {lease} is over, or was never this worker's.");
    }
}
