using System.Collections.Immutable;
using DataBright.Compute.Draws;
using DataBright.Compute.Jobs;
using DataBright.Compute.Protocol;
using DataBright.Ethereum;
using DataBright.Learning;

namespace DataBright.Compute.Scheduler.State;

// Opening tasks, handing them out, taking them back.
public sealed partial record JobState
{
    /// <summary>Tasks whose inputs are known by now but that are not open yet.</summary>
    public IEnumerable<TaskState> Ready => Phase != JobPhase.Running ? [] : Tasks.Values.Where(task => task.Stage == TaskStage.Waiting && HasInputs(task.Key));

    /// <summary>Opens a task for the workers in its seats.</summary>
    public JobState Open(TaskKey key, TaskInputs inputs, Digest start)
    {
        var task = Tasks[key];
        if (task.Stage != TaskStage.Waiting) return this;
        var state = With(task with { Stage = TaskStage.Open, Inputs = inputs, Start = start }).Tell(JobEventKind.Opened, key);
        foreach (var copy in task.Copies)
            if (state.Seats.TryGetValue(SeatKey.Of(key, copy.Index), out var worker) && state.Participants[worker].Standing == Standing.Good)
                state = state.Give(key, copy.Index, worker);
        return state;
    }

    /// <summary>Gives a worker the tasks that wait for it, as many as it can start.</summary>
    public JobState Lease(Address worker, int free, DateTimeOffset now, SchedulerTerms terms)
    {
        var state = this;
        foreach (var task in Tasks.Values.Where(task => task.Stage == TaskStage.Open))
            foreach (var copy in task.Copies)
            {
                if (free == 0) return state;
                if (copy.Stage != CopyStage.Waiting || copy.Worker != worker) continue;
                state = state.With(state.Tasks[task.Key].With(copy with { Stage = CopyStage.Leased, LeasedAt = now, Due = now + terms.Lease }))
                    .Tell(JobEventKind.Leased, task.Key, worker);
                free--;
            }

        return state;
    }

    /// <summary>A worker that leaves gives back what it has not begun.</summary>
    public JobState Release(Address worker, IReadOnlyCollection<LeaseId> begun)
    {
        var state = this;
        foreach (var task in Tasks.Values.Where(task => task.Stage == TaskStage.Open))
            foreach (var copy in task.Copies.Where(copy => copy.Worker == worker && (copy.Stage is CopyStage.Waiting or CopyStage.Leased)))
                if (!begun.Contains(new LeaseId(Id, copy.Lease)))
                    state = state.Vacate(task.Key, copy.Index, LeaseEnd.Leaving);
        return state;
    }

    /// <summary>A worker that gets on keeps its lease.</summary>
    /// <exception cref="ProtocolException">It does not hold the lease.</exception>
    public JobState Beat(Address worker, Heartbeat heartbeat, DateTimeOffset now, SchedulerTerms terms)
    {
        var (task, copy) = Held(worker, heartbeat.Lease, task: null);
        if (copy.Stage != CopyStage.Leased || heartbeat.Step <= copy.Step || heartbeat.Step > task.Steps) return this;
        var latest = copy.LeasedAt!.Value + terms.LongestLease;
        var due = now + terms.Lease;
        return With(task.With(copy with { Step = heartbeat.Step, Due = due < latest ? due : latest }));
    }

    /// <summary>Takes back what is overdue, and what waits for workers that are gone.</summary>
    public JobState Expire(DateTimeOffset now, Func<Address, bool> isPresent)
    {
        var state = this;
        foreach (var key in Tasks.Keys)
        {
            foreach (var copy in state.Tasks[key].Copies)
            {
                if (copy.Stage is CopyStage.Leased or CopyStage.Committed && copy.Due < now)
                    state = state.Vacate(key, copy.Index, copy.Stage == CopyStage.Leased ? LeaseEnd.Overdue : LeaseEnd.Unrevealed);
                else if (copy.Stage == CopyStage.Waiting && !isPresent(copy.Worker))
                    state = state.Vacate(key, copy.Index, LeaseEnd.Absent);
            }

            state = state.ExpireDispute(key, now);
        }

        return state;
    }

    /// <summary>Finds workers for copies that nobody has. A worker that lost a copy of a task gets it again only when no other can.</summary>
    public JobState Refill(IReadOnlyList<PoolMember> present)
    {
        var state = this;
        foreach (var task in Tasks.Values.Where(task => task.Stage == TaskStage.Open))
            foreach (var copy in task.Copies.Where(copy => copy.Stage == CopyStage.Vacant))
                state = state.Refill(task.Key, copy, present);

        var empty = state.Tasks.Values.Where(task => task.Stage == TaskStage.Open).FirstOrDefault(task => task.Copies.Any(copy => copy.Stage == CopyStage.Vacant));
        if (empty is not null) return state.Wait($"Task {empty.Key} needs one more worker: none is there that has no other copy of it and keeps within the data limit of {Plan.DataLimitBps / 100m:0.##} %.");
        return state.Problem is null ? state : state with { Problem = null };
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

    private bool HasInputs(TaskKey key)
    {
        if (key.Round == 0) return true;
        var lastRound = key.IsSeal ? Plan.Rounds - 1 : key.Round - 1;
        return Tasks.Values.Where(task => !task.Key.IsSeal && task.Key.Round == lastRound && (key.IsSeal || task.Key.Run == key.Run))
            .All(task => task.Stage == TaskStage.Agreed);
    }

    private JobState Refill(TaskKey key, Copy copy, IReadOnlyList<PoolMember> present)
    {
        var seat = SeatKey.Of(key, copy.Index);
        var others = OperatorsBeside(key, copy.Index);
        var candidates = present.Where(member => Participants.GetValueOrDefault(member.Worker)?.Standing is null or Standing.Good).ToList();
        var rested = candidates.Where(member => member.Worker != copy.Worker);
        var chosen = Choose(rested) ?? Choose(candidates);
        if (chosen is null) return this;
        return Seated(seat, chosen.Worker, chosen.Operator)
            .Give(key, copy.Index, chosen.Worker)
            .Tell(JobEventKind.Replaced, key, chosen.Worker);

        PoolMember? Choose(IEnumerable<PoolMember> from) =>
            Replacement.Choose(Beacon!.Value, seat, NextLease, from, others, PartitionsOf, Plan);
    }

    /// <summary>Operators with another copy of the task, or in a seat that will get one: none of them may check itself.</summary>
    private HashSet<Address> OperatorsBeside(TaskKey key, int index)
    {
        var copies = Tasks[key].Copies.Where(copy => copy.Index != index && copy.Stage != CopyStage.Vacant).Select(copy => copy.Worker);
        var seats = Enumerable.Range(0, Plan.Redundancy).Where(other => other != index)
            .Select(other => Seats.GetValueOrDefault(SeatKey.Of(key, other)))
            .Where(worker => Participants.GetValueOrDefault(worker)?.Standing == Standing.Good);
        return [.. copies.Concat(seats).Select(worker => Participants[worker].Operator)];
    }

    private JobState Give(TaskKey key, int index, Address worker) =>
        With(Tasks[key].With(new Copy(index, CopyStage.Waiting, NextLease, worker))) with { NextLease = NextLease + 1 };

    private JobState Vacate(TaskKey key, int index, string reason)
    {
        var copy = Tasks[key].Copies[index];
        // The last holder's address stays in the empty copy, so that somebody else is preferred next time.
        return With(Tasks[key].With(Copy.Empty(index) with { Worker = copy.Worker }) with { Checked = [] }).Tell(JobEventKind.Vacated, key, copy.Worker, reason);
    }

    private (TaskState Task, Copy Copy) Held(Address worker, LeaseId lease, TaskKey? task)
    {
        foreach (var candidate in Tasks.Values)
        {
            if (candidate.FindLease(lease.Number) is not { } copy) continue;
            if (copy.Worker != worker) break;
            if (task is { } named && named != candidate.Key) throw new ProtocolException(Refusal.WrongTask, $"Lease {lease} is for task {candidate.Key}, not {named}.");
            return (candidate, copy);
        }

        throw new ProtocolException(Refusal.LeaseLost, $"Lease {lease} is over, or was never this worker's.");
    }
}
