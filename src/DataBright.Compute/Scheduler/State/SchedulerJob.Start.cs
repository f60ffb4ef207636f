using System.Collections.Immutable;
using DataBright.Compute.Draws;
using DataBright.Compute.Jobs;
using DataBright.Compute.Ledger;
using DataBright.Ethereum;
using DataBright.Storage;

namespace DataBright.Compute.Scheduler.State;

// From the offer on the ledger to the first open task.
public sealed partial record SchedulerJob
{
    public static SchedulerJob Offer(JobTerms terms, JobPlan plan) =>
        new SchedulerJob { Terms = terms, Plan = plan, Phase = JobPhase.Offered }
            .Tell(JobEventKind.Offered,
                detail: $"{plan.Kind} with {plan.Tasks().Count() - 1} tasks and the closing one, "
                    + $"{(plan.Redundancy == 1 ? "1 worker" : $"{plan.Redundancy} workers")} each");

    /// <summary>The job cannot go on yet. The same reason is told once.</summary>
    public SchedulerJob Wait(string problem) =>
        IsOver || Problem == problem ? this : (this with { Problem = problem }).Tell(JobEventKind.Waiting, detail: problem);

    /// <summary>What it waited for is there.</summary>
    public SchedulerJob GoesOn() => IsOver || Problem is null ? this : this with { Problem = null };

    /// <summary>The scheduler takes the job with the workers that are there, before anybody knows the beacon.</summary>
    /// <param name="secret">Part of the scheduler's seed.</param>
    /// <param name="pool">The workers that are there.</param>
    /// <param name="copies">Points of a proposed shard that are left out.</param>
    /// <exception cref="TooFewWorkersException">The pool is too small for the plan.</exception>
    public SchedulerJob Take(Hash32 secret, IReadOnlyList<PoolMember> pool, int copies = 0)
    {
        Demand(JobPhase.Offered);
        Draw.Seat(Hash32.Zero, pool, Plan);
        return this with { Phase = JobPhase.Accepting, Problem = null, Secret = secret, Pool = [.. pool], Copies = copies };
    }

    /// <summary>
    /// The seed that the ledger is told: it binds the pool as well as the secret, so that the pool cannot be chosen to suit the beacon.
    /// </summary>
    public Hash32 DrawSeed() => Keccak.Hash([.. Secret!.Value.AsSpan(), .. Keccak.Hash(CanonicalJson.Write(Pool)).AsSpan()]);

    public SchedulerJob Accepted() => Phase != JobPhase.Accepting
        ? this
        : (this with { Phase = JobPhase.Drawing }).Tell(JobEventKind.Accepted);

    /// <summary>Seats everybody by the beacon.</summary>
    public SchedulerJob Drawn(Hash32 beacon)
    {
        if (Phase != JobPhase.Drawing) return this;
        var seats = Draw.Seat(beacon, Pool, Plan).Seats;
        var state = this with
        {
            Phase = JobPhase.Assigning,
            Beacon = beacon,
            Seats = seats,
            AssignmentRoot = Keccak.Hash(CanonicalJson.Write(seats)),
            Tasks = Plan.Tasks().ToImmutableSortedDictionary(key => key, Planned),
        };
        foreach (var (seat, worker) in seats) state = state.Seated(seat, worker, Pool.First(member => member.Worker == worker).Operator);
        if (!state.KeepsLimit())
            return Fail(
                $"A second draw, after the chain took back the first, would show an operator more than {Plan.DataLimitBps / 100m:0.##} % "
                + "of the points.");
        return state.Tell(JobEventKind.Drawn, detail: $"{seats.Values.Distinct().Count()} workers for {seats.Count} seats");
    }

    /// <param name="measurement">What the seeds follow from, where it is an evaluation.</param>
    public SchedulerJob Assigned(Hash32? measurement = null) => Phase != JobPhase.Assigning
        ? this
        : (this with { Phase = JobPhase.Running, MeasurementBeacon = measurement }).Tell(JobEventKind.Assigned);

    /// <summary>The job cannot be delivered.</summary>
    public SchedulerJob Fail(string problem) => IsOver
        ? this
        : (this with { Phase = JobPhase.Failed, Problem = problem }).Tell(JobEventKind.Failed, detail: problem);

    /// <summary>A buyer may take an order back until it is accepted.</summary>
    public SchedulerJob Cancelled() => Fail("The buyer took the order back before it was accepted.");

    private TaskState Planned(TaskKey key) =>
        new(key, TaskStage.Waiting, TaskSteps.Of(Plan, key), [.. Enumerable.Range(0, Plan.Redundancy).Select(Copy.Empty)]);

    private SchedulerJob Seated(SeatKey seat, Address worker, Address @operator)
    {
        var participant = Participants.GetValueOrDefault(worker) ?? new Participant(@operator, []);
        if (!seat.IsClosing) participant = participant with { Partitions = participant.Partitions.Add(seat.Partition) };
        return this with { Seats = Seats.SetItem(seat, worker), Participants = Participants.SetItem(worker, participant) };
    }

    private void Demand(JobPhase phase)
    {
        if (Phase != phase) throw new InvalidOperationException($"Job {Id.Value} is {Phase}; this needs it to be {phase}.");
    }
}
