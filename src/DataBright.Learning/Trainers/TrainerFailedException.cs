namespace DataBright.Learning.Trainers;

/// <summary>A trainer process did not keep the protocol. The message says what it did and what was expected.</summary>
public sealed class TrainerFailedException(string program, string problem, Exception? cause = null)
    : DataBrightException(FailureKind.Invalid, $"Trainer {program}: {problem}", cause)
{
    /// <summary>What it did and what was expected.</summary>
    public string Problem { get; } = problem;
}
