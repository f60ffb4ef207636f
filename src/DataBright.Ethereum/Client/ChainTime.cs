namespace DataBright.Ethereum;

/// <summary>
/// Times that a chain or a contract says: seconds since 1970 up to the maximum of their type, far past every date that can be written.
/// </summary>
/// <remarks>
/// A calendar here ends with the year 9999, and a contract's <c>uint40</c> in the year 36812. What lies beyond is read as
/// <see cref="Last"/>,
/// for which pages and tables write <see cref="Beyond"/>. So a time is always a value: who reads a record does not fail because of its
/// time.
/// </remarks>
public static class ChainTime
{
    /// <summary>How a time is written that no date can say.</summary>
    public const string Beyond = "after the year 9999";

    private const long LastSecond = 253_402_300_799;
    private const long FirstSecond = -62_135_596_800;
    private const ulong LongestSpan = 10_000UL * 366 * 86_400;

    /// <summary>The last second of the year 9999. It stands for itself and for everything later.</summary>
    public static DateTimeOffset Last { get; } = From(LastSecond);

    /// <summary>Reads seconds since 1970; <see cref="Last"/> where they are too many for a date.</summary>
    public static DateTimeOffset From(ulong seconds) => From((long)Math.Min(seconds, LastSecond));

    /// <inheritdoc cref="From(ulong)"/>
    public static DateTimeOffset From(Uint256 seconds) => seconds < (Uint256)(ulong)LastSecond ? From((ulong)seconds) : Last;

    /// <summary>Reads seconds since 1970, or before; the nearest time that a date can say.</summary>
    public static DateTimeOffset From(long seconds) =>
#pragma warning disable RS0030 // The one place where the bounds are kept.
        DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(seconds, FirstSecond, LastSecond));
#pragma warning restore RS0030

    /// <summary>
    /// What time it is on a chain: that of its newest block, or ours where that is later, which the next block will be no earlier than.
    /// </summary>
    /// <remarks>A chain without transactions may make no blocks, and one for development may be ahead of every clock.</remarks>
    /// <exception cref="ChainException">The chain does not answer.</exception>
    public static async Task<DateTimeOffset> NowAsync(EthereumClient chain, TimeProvider clock, CancellationToken stop)
    {
        var here = Whole(clock.GetUtcNow());
        return await chain.BlockAsync(BlockTag.Latest, stop) is { } newest && newest.Timestamp > here ? newest.Timestamp : here;
    }

    /// <summary>The second in which a time is: ledgers keep whole ones.</summary>
    public static DateTimeOffset Whole(DateTimeOffset time) => From(time.ToUnixTimeSeconds());

    /// <summary>Whether a time stands for one that no date can say.</summary>
    public static bool IsBeyond(DateTimeOffset time) => time >= Last;

    /// <summary>A time and a span after it; <see cref="Last"/> where that is too late for a date.</summary>
    public static DateTimeOffset Later(DateTimeOffset time, TimeSpan span) => span >= Last - time ? Last : time + span;

    /// <summary>Reads the length of a period; ten thousand years where it is longer.</summary>
    public static TimeSpan Span(ulong seconds) => TimeSpan.FromSeconds((long)Math.Min(seconds, LongestSpan));
}
