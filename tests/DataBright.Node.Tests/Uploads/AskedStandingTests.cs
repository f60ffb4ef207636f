using DataBright.Ethereum;
using DataBright.Node.Rest;
using DataBright.Node.Uploads;

namespace DataBright.Node.Tests.Uploads;

/// <summary>How often the ledger is asked whether an account has money.</summary>
public sealed class AskedStandingTests
{
    private static readonly Address Rich = Address.Parse("0x00000000000000000000000000000000000000aa");

    private readonly MovableClock _clock = new();
    private readonly Ledger _ledger = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_ledger_is_not_asked_for_every_piece()
    {
        var standings = new StandingCache(_ledger, _clock);
        for (int i = 0; i < 1_000; i++) (await standings.HasAsync(Rich, "here", Stop)).ShouldBeTrue();
        _ledger.Asked.ShouldBe(1);
        _clock.Now += TimeSpan.FromMinutes(1);
        await standings.HasAsync(Rich, "here", Stop);
        _ledger.Asked.ShouldBe(2, "it may have spent it");
    }

    [Fact]
    public async Task One_place_does_not_have_the_ledger_asked_about_keys_that_it_makes_up()
    {
        var standings = new StandingCache(_ledger, _clock);
        for (int i = 0; i < WriteLimits.PerMinute; i++) (await standings.HasAsync(MadeUp(i), "here", Stop)).ShouldBeFalse();
        (await Should.ThrowAsync<UploadRefusedException>(() => standings.HasAsync(MadeUp(9_999), "here", Stop))).Status.ShouldBe(429);
        _ledger.Asked.ShouldBe(WriteLimits.PerMinute);
        (await standings.HasAsync(Rich, "elsewhere", Stop)).ShouldBeTrue();
        (await standings.HasAsync(Rich, "here", Stop)).ShouldBeTrue("it is known");
        _clock.Now += TimeSpan.FromMinutes(1);
        (await standings.HasAsync(MadeUp(9_999), "here", Stop)).ShouldBeFalse();
    }

    private static Address MadeUp(int number) => Address.Parse($"0x{number + 1_000:x40}");

    private sealed class Ledger : IUploadStanding
    {
        public int Asked { get; private set; }

        public Task<bool> HasAsync(Address account, CancellationToken stop)
        {
            Asked++;
            return Task.FromResult(account == Rich);
        }
    }
}
