using DataBright.Ethereum;

namespace DataBright.Compute.Scheduler.State;

// Workers that let others wait: what is counted against them, and when it is no fault of theirs.
public sealed partial record SchedulerJob
{
    /// <summary>
    /// How often workers have let others wait here, and when they did so last. What a worker took up and did not get done counts only
    /// where others got it done.
    /// </summary>
    public IEnumerable<(Address Worker, DateTimeOffset At, int Count)> Lapses()
    {
        foreach (var (worker, participant) in Participants)
        {
            var stalls = participant.Stalls > 0 && IsShownDoable(participant.Operator) ? participant.Stalls : 0;
            var at = stalls > 0 && !(participant.LapsedAt > participant.StalledAt) ? participant.StalledAt : participant.LapsedAt;
            if (at is { } time && participant.Lapses + stalls is > 0 and var count) yield return (worker, time, count);
        }
    }

    /// <summary>
    /// Whether somebody else has done a task of the job, in a way that was checked. Else the order may ask for what nobody can do in its
    /// time, and its buyer would decide who is set aside.
    /// </summary>
    private bool IsShownDoable(Address @operator) => (Plan.Redundancy > 1 || Plan.SpotChecks > 0) && Tasks.Values.Any(task =>
        task.Stage == TaskStage.Agreed && task.Copies.Any(copy => Participants.GetValueOrDefault(copy.Worker)?.Operator != @operator));

    /// <summary>The worker let others wait for nothing. Whatever ends at one moment is one lapse.</summary>
    private SchedulerJob Lapsed(Address worker, DateTimeOffset now) =>
        Participants[worker] is var participant && participant.LapsedAt == now
        ? this
        : With(worker, participant with { Lapses = participant.Lapses + 1, LapsedAt = now });

    /// <summary>The worker took a task up and did not get on with it, though it had the time that everybody has.</summary>
    private SchedulerJob Stalled(Copy copy, DateTimeOffset now, SchedulerTerms terms)
    {
        var participant = Participants[copy.Worker];
        return participant.StalledAt == now || now - copy.LeasedAt < terms.Lease
            ? this
            : With(copy.Worker, participant with { Stalls = participant.Stalls + 1, StalledAt = now });
    }

    private SchedulerJob With(Address worker, Participant participant) =>
        this with { Participants = Participants.SetItem(worker, participant) };
}
