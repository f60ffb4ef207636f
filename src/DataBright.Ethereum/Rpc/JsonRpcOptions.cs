using System.Security.Cryptography;

namespace DataBright.Ethereum;

/// <summary>Bounds of a conversation with a chain.</summary>
public sealed record JsonRpcOptions
{
    /// <summary>Bytes that one answer may have.</summary>
    public int MaxAnswerBytes { get; init; } = 64 << 20;

    /// <summary>Calls that go into one HTTP request; more are split.</summary>
    public int MaxBatch { get; init; } = 100;

    /// <summary>Time for one attempt, from the first byte sent to the last received.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Attempts at a call that may be repeated, the first included.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>Pause after the first attempt; it doubles after each further one.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The pause that no other exceeds.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>What a server may ask to wait. Where it asks more, the call ends at once and says so.</summary>
    public TimeSpan LongestRetryAfter { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// A number from 0 to 1 by which pauses differ, so that callers that were refused together do not come back together.
    /// </summary>
    public Func<double> Chance { get; init; } = () => RandomNumberGenerator.GetInt32(1 << 20) / (double)(1 << 20);

    /// <summary>
    /// The pause before attempt <paramref name="attempt"/>, counted from 2: between three and five quarters of its doubled base.
    /// </summary>
    internal TimeSpan PauseBefore(int attempt, TimeSpan? asked)
    {
        var pause = Math.Min(LongestPause.Ticks, FirstPause.Ticks << Math.Min(attempt - 2, 20)) * (0.75 + Chance() / 2);
        return TimeSpan.FromTicks((long)Math.Max(pause, asked?.Ticks ?? 0));
    }
}
