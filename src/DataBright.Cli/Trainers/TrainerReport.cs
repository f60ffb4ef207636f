using DataBright.Learning.Trainers;

namespace DataBright.Cli.Trainers;

/// <summary>How far a trainer says that it is: each percent once, for a trainer may write a line for every step.</summary>
internal sealed class TrainerReport(Action<string> say) : IProgress<TrainerProgress>
{
    private long _said = -1;

    /// <summary>Lines that were heard.</summary>
    public int Lines { get; private set; }

    /// <summary>The last of them; null before the first.</summary>
    public TrainerProgress? Last { get; private set; }

    public void Report(TrainerProgress value)
    {
        (Lines, Last) = (Lines + 1, value);
        var percent = value.Steps is { } steps and > 0 ? value.Step * 100 / steps : value.Step;
        if (percent == _said)
            return;
        _said = percent;
        say(
            $"step {value.Step}{(value.Steps is { } all ? $" of {all}" : "")}{(value.Loss is { } loss
                ? FormattableString.Invariant($", loss {loss:0.####}") : "")}");
    }
}
