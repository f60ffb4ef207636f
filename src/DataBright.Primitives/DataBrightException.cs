namespace DataBright;

/// <summary>
/// The root of every failure that this software foresees. What is not one of these, or of the framework's, is a mistake of the program.
/// </summary>
/// <param name="kind">What kind of failure it is.</param>
/// <param name="message">What is wrong and what to do, in whole sentences.</param>
/// <param name="cause">What was caught, if anything.</param>
public abstract class DataBrightException(FailureKind kind, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>What kind of failure it is.</summary>
    public FailureKind Kind { get; } = kind;

    /// <summary>Whether the same thing, done again later, may succeed: what is away comes back, what is full is cleared.</summary>
    public virtual bool IsTransient => Kind is FailureKind.Unavailable or FailureKind.TooMany or FailureKind.Full;
}
