using DataBright.Ethereum;

namespace DataBright.Market.Tests.Hostile;

public sealed class ChainTimeTests
{
    private const long LastSecond = 253_402_300_799;

    public static TheoryData<ulong> Seconds =>
        [0, 1, 1_700_000_000, LastSecond - 1, LastSecond, LastSecond + 1, (1UL << 40) - 1, long.MaxValue, (ulong)long.MaxValue + 1,
            ulong.MaxValue];

    [Theory]
    [MemberData(nameof(Seconds))]
    public void Every_number_of_seconds_is_a_time(ulong seconds)
    {
        var time = ChainTime.From(seconds);
        time.ToUnixTimeSeconds().ShouldBe((long)Math.Min(seconds, LastSecond));
        ChainTime.From((Uint256)seconds).ShouldBe(time);
        ChainTime.IsBeyond(time).ShouldBe(seconds >= LastSecond);
        ChainTime.Whole(time).ShouldBe(time);
    }

    [Fact]
    public void Numbers_of_256_bits_and_negative_ones_are_times_too()
    {
        ChainTime.From(Uint256.MaxValue).ShouldBe(ChainTime.Last);
        ChainTime.From(long.MinValue).ShouldBe(DateTimeOffset.MinValue);
        ChainTime.From(-1L).ToUnixTimeSeconds().ShouldBe(-1);
        ChainTime.Whole(DateTimeOffset.MaxValue).ShouldBe(ChainTime.Last);
    }

    [Theory]
    [MemberData(nameof(Seconds))]
    public void What_is_added_to_a_time_does_not_leave_the_calendar(ulong seconds)
    {
        foreach (var span in new[] { TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromDays(60_000), ChainTime.Span(seconds),
            2 * ChainTime.Span(uint.MaxValue), TimeSpan.MaxValue })
            ChainTime.Later(ChainTime.From(seconds), span).ShouldBeInRange(ChainTime.From(seconds), ChainTime.Last);
        ChainTime.Later(DateTimeOffset.UnixEpoch, TimeSpan.FromHours(3)).ShouldBe(DateTimeOffset.UnixEpoch.AddHours(3));
    }
}
