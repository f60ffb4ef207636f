using DataBright.Market;

namespace DataBright.Compute.Scheduler;

/// <summary>How long a scheduler waits for whom.</summary>
public sealed record SchedulerTerms
{
    /// <summary>A task without progress for this long goes to another worker.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// A worker that computes nothing for this scheduler comes for what waits for it within this time, or it goes to another.
    /// </summary>
    public TimeSpan Seat { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A worker that is asked to reveal has this long.</summary>
    public TimeSpan Reveal { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>A worker that is asked in a dispute has this long for each question.</summary>
    public TimeSpan Answer { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A worker that has not polled for this long is not there.</summary>
    public TimeSpan Presence { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A poll may be this old, and a worker's clock this far off.</summary>
    public TimeSpan PollSkew { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How often the ledger is asked for new jobs and workers.</summary>
    public TimeSpan LedgerInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>What the scheduler wants for a job at least.</summary>
    public Money MinFee { get; init; }

    /// <summary>A call to the ledger or to the files that takes longer is given up, and tried again.</summary>
    public TimeSpan ActLimit { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The same for a question to the referee, which executes a step.</summary>
    public TimeSpan JudgeLimit { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>What fails again and again is tried this often at least.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Jobs under way at the same time at most; other orders wait.</summary>
    public int MaxJobs { get; init; } = 256;

    /// <summary>Of these, jobs that pay the scheduler nothing: whoever orders a thousand of them keeps nobody else waiting.</summary>
    public int MaxUnpaidJobs { get; init; } = 16;

    /// <summary>Of these, jobs of one buyer.</summary>
    public int MaxJobsOfBuyer { get; init; } = 64;

    /// <summary>Plans that are read in one look at the ledger.</summary>
    public int PlansAtOnce { get; init; } = 32;

    /// <summary>What the states of a job that is over stay in the database and in the store for.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(7);

    /// <summary>The longest that an answer to a poll is held back.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(20);
}
