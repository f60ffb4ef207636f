namespace DataBright.Learning.Training;

/// <summary>A step met a value that is not a number or is infinite. The parameters are those from before the step.</summary>
public sealed class TrainingDivergedException(long step, string what)
    : DataBrightException(FailureKind.Invalid,
        $"Training diverged in step {step}: {what} is not finite. Lower the learning rate, or look for broken values in the examples.")
{
    /// <summary>The step that could not be done, counted from 1.</summary>
    public long Step { get; } = step;
}
