using DataBright.Compute.Jobs;
using DataBright.Ethereum;
using DataBright.Market;

namespace DataBright.Compute.Scheduler.State;

public enum JobEventKind
{
    Offered,
    Waiting,
    Accepted,
    Drawn,
    Assigned,
    Opened,
    Leased,
    Progress,
    Committed,
    Anchored,
    Revealed,
    Checked,
    Disputed,
    Narrowed,
    Judged,
    Convicted,
    Vacated,
    Replaced,
    Agreed,
    TakenBack,
    Settled,
    Failed,

    /// <summary>The average of a round was measured.</summary>
    Measured,
}

/// <summary>Something that happened in a job, for those who watch.</summary>
/// <param name="Job">The job.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Task">To which task.</param>
/// <param name="Worker">By or to which worker.</param>
/// <param name="Detail">One plain sentence or figure.</param>
/// <param name="At">When it was recorded.</param>
/// <param name="Sequence">Grows by one for each recorded event; 0 for progress, which is not recorded.</param>
public sealed record JobEvent(JobId Job, JobEventKind Kind, TaskKey? Task = null, Address? Worker = null, string? Detail = null,
    DateTimeOffset At = default, long Sequence = 0);
