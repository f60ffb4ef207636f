using DataBright.Ethereum;

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

/// <summary>The inside of a job, as its scheduler tells it.</summary>
public sealed record JobProgress(IReadOnlyList<TaskProgress> Tasks, IReadOnlyList<LossPoint> Losses)
{
    /// <summary>Tasks whose copies, those of liars and the lost left aside, agree.</summary>
    public int Done => Tasks.Count(task => task.Seats.Any(seat => seat.State == SeatState.Agreed) && task.Seats.All(seat => seat.State is SeatState.Agreed or SeatState.Lost or SeatState.Convicted));
}
