namespace DataBright;

/// <summary>
/// Something that was asked for is not done, for a reason that lies with what was asked. Nothing was changed, and the message is meant for
/// whoever asked.
/// </summary>
/// <param name="kind">What kind of refusal it is.</param>
/// <param name="rule">The rule that forbids it, by its name in code; null where no single rule does.</param>
/// <param name="message">What is wrong and what to do, in whole sentences.</param>
/// <param name="cause">What was caught, if anything.</param>
public abstract class RefusedException(FailureKind kind, string? rule, string message, Exception? cause = null)
    : DataBrightException(kind, message, cause)
{
    /// <summary>The rule that forbids it, by its name in code; null where no single rule does.</summary>
    public string? RuleName { get; } = rule;
}
