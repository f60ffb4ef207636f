using DataBright.Ethereum;
using DataBright.Node.Rest;

namespace DataBright.Node.Jobs;

/// <summary>What one copy of a task is doing.</summary>
public enum SeatState
{
    Waiting,
    Leased,
    Committed,
    Revealed,
    Agreed,
    Lost,
    Convicted,
}

/// <summary>One worker's copy of a task.</summary>
public sealed record Seat(int Group, Address? Worker, SeatState State, long Step, long Steps);

/// <summary>A task and its copies, one for each redundancy group.</summary>
public sealed record TaskProgress(string Name, IReadOnlyList<Seat> Seats);

/// <summary>A mean training loss at the end of some steps.</summary>
public readonly record struct LossPoint(long Step, double Loss);

/// <summary>What the average of a round got right.</summary>
/// <param name="Round">From one.</param>
/// <param name="Accuracy">Null where it cannot be found out.</param>
public readonly record struct RoundAccuracy(int Round, Fraction? Accuracy);

/// <summary>The inside of a job, as its scheduler tells it.</summary>
/// <param name="Problem">Why the job waits, has failed or was refused; null where it goes on.</param>
/// <param name="Failed">Its scheduler has given it up, or refused it, for good.</param>
public sealed record JobProgress(IReadOnlyList<TaskProgress> Tasks, IReadOnlyList<LossPoint> Losses, string? Problem = null,
    bool Failed = false)
{
    /// <summary>Accuracy on the held-out set after each round: of all but the last the scheduler’s own word.</summary>
    public IReadOnlyList<RoundAccuracy> Rounds { get; init; } = [];

    /// <summary>Tasks whose copies, those of liars and the lost left aside, agree.</summary>
    public int Done =>
        Tasks.Count(task => task.Seats.Any(seat => seat.State == SeatState.Agreed)
            && task.Seats.All(seat => seat.State is SeatState.Agreed or SeatState.Lost or SeatState.Convicted));
}
