using System.Collections.Immutable;
using System.Text.Json.Serialization;
using DataBright.Compute.Jobs;
using DataBright.Market.Jobs;

namespace DataBright.Compute.Scheduler.State;

// What people look at while a job runs. Nothing follows from it, and it is kept with the job, so that a restart loses none of it.
public sealed partial record SchedulerJob
{
    private const int MaxLosses = 400;

    /// <summary>
    /// How the training loss goes, as workers say: one copy of one partition of the first run speaks for the job. Null where nothing was
    /// said.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ImmutableList<LossFigure>? Losses { get; init; }

    /// <summary>What the averages of finished rounds got right; null where none was measured.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ImmutableList<RoundFigure>? Rounds { get; init; }

    /// <summary>The first round whose average is known and was not measured. The last one is measured by the closing task.</summary>
    [JsonIgnore]
    public int? Unmeasured => Plan.Kind == JobKind.Training && (Rounds?.Count ?? 0) is var next && next < Plan.Rounds - 1
        && Tasks.TryGetValue(new TaskKey(0, next + 1, 0), out var after) && after.Inputs?.Start is not null ? next : null;

    /// <summary>A round's average was measured on the held-out points, or cannot be.</summary>
    /// <param name="round">From zero.</param>
    /// <param name="correct">Points that it got right; null where that cannot be found out.</param>
    public SchedulerJob Measured(int round, int? correct)
    {
        if (Unmeasured != round) return this;
        var figure = new RoundFigure(round, correct, Plan.HeldOut.Count);
        var state = this with { Rounds = (Rounds ?? []).Add(figure) };
        return state.Tell(JobEventKind.Measured,
            detail: $"round {round + 1} of {Plan.Rounds}: "
                + $"{(figure.Accuracy is { } accuracy
                    ? FormattableString.Invariant($"accuracy {100 * accuracy:0.00} %") : "its accuracy cannot be found out here")}");
    }

    /// <summary>What a worker says of its loss. Where there is too much to keep, every second figure goes.</summary>
    private SchedulerJob Heard(TaskState task, Copy copy, int step, float? loss)
    {
        if (loss is not { } value || !float.IsFinite(value) || task.Key is not { Run: 0, Partition: 0, IsClosing: false }
            || copy.Index != 0) return this;
        var (losses, at) = (Losses ?? [], (long)task.Key.Round * task.Steps + step);
        // Another worker that begins anew has nothing new to say until it is further than the one before.
        if (!losses.IsEmpty && losses[^1].Step >= at) return this;
        if (losses.Count >= MaxLosses) losses = [.. losses.Where((_, place) => place % 2 == 0)];
        return this with { Losses = losses.Add(new LossFigure(at, value)) };
    }
}

/// <summary>A mean training loss up to some step.</summary>
/// <param name="Step">Counted over all rounds.</param>
public sealed record LossFigure(long Step, float Loss);

/// <summary>What the average of a round got right.</summary>
/// <param name="Round">From zero.</param>
/// <param name="Correct">Held-out points that it got right; null where that cannot be found out.</param>
/// <param name="Total">Held-out points.</param>
public sealed record RoundFigure(int Round, int? Correct, int Total)
{
    [JsonIgnore]
    public double? Accuracy => (double?)Correct / Total;
}
