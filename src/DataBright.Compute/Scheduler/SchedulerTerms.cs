using DataBright.Market;

namespace DataBright.Compute.Scheduler;

/// <summary>How long a scheduler waits for whom.</summary>
public sealed record SchedulerTerms
{
    /// <summary>A task without progress for this long goes to another worker.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A task that takes this long goes to another worker whatever the progress.</summary>
    public TimeSpan LongestLease { get; init; } = TimeSpan.FromHours(6);

    /// <summary>A worker that is asked to reveal has this long.</summary>
    public TimeSpan Reveal { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A worker that is asked in a dispute has this long for each question.</summary>
    public TimeSpan Answer { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A worker that has not polled for this long is not there.</summary>
    public TimeSpan Presence { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A poll may be this old, and a worker's clock this far off.</summary>
    public TimeSpan PollSkew { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How often the ledger is asked for new jobs and workers.</summary>
    public TimeSpan LedgerInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>What the scheduler wants for a job at least.</summary>
    public Money LeastFee { get; init; }

    /// <summary>The longest that an answer to a poll is held back.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(20);
}
