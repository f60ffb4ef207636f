namespace DataBright.Failures;

/// <summary>How fast and how often something that failed is tried again.</summary>
/// <param name="First">The pause after the first failure; it doubles after each further one.</param>
/// <param name="Longest">The pause that no other exceeds.</param>
/// <param name="Most">Failures after which it is given up; null where something else ends it, or nothing should.</param>
public sealed record RetryTerms(TimeSpan First, TimeSpan Longest, int? Most = null)
{
    /// <summary>The part of a pause that chance may take away, so that many who failed together do not come back together.</summary>
    public double Jitter { get; init; } = 0.25;

    /// <summary>The pause after so many failures, counted from 1.</summary>
    /// <param name="failures">How often it failed.</param>
    /// <param name="chance">Takes its part; null where everybody may come back together.</param>
    public TimeSpan PauseAfter(int failures, Random? chance = null)
    {
        // Beyond this a doubled pause is past any longest one, and the shift past the number.
        var doubled = failures > 40 ? Longest : Clamp(First.Ticks * Math.Pow(2, failures - 1));
        return chance is null ? doubled : doubled * (1 - Jitter * chance.NextDouble());
    }

    private TimeSpan Clamp(double ticks) => ticks < Longest.Ticks ? TimeSpan.FromTicks((long)ticks) : Longest;
}
