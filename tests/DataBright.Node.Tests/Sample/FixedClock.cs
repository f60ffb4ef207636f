namespace DataBright.Node.Tests;

/// <summary>A clock that stands still in the calendar; waiting still takes its time.</summary>
internal sealed class FixedClock(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}
