namespace DataBright.Compute.Workers;

/// <summary>What a worker is willing to give.</summary>
public sealed record WorkerOptions
{
    /// <summary>Tasks at the same time.</summary>
    public int Concurrency { get; init; } = 1;

    /// <summary>Threads for each task. The result does not depend on it.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Files larger than this are not fetched.</summary>
    public int MaxFileBytes { get; init; } = 1 << 30;

    /// <summary>States kept for each task: the more, the less is computed again in a dispute or after a crash.</summary>
    public int Snapshots { get; init; } = 64;

    /// <summary>How often progress is reported.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long to leave a task, a result or an answer alone that failed; twice as long after each further time.</summary>
    public TimeSpan Retry { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Failures of a task that are its own, after which it is left to others.</summary>
    public int MaxFailures { get; init; } = 6;

    /// <summary>How long the scheduler may take for an answer.</summary>
    public TimeSpan AnswerLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a file may take in either direction.</summary>
    public TimeSpan FileLimit { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a poll may be held back by the scheduler.</summary>
    public TimeSpan PollWait { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a worker that is asked to stop goes on answering for what it has committed to.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(60);
}
