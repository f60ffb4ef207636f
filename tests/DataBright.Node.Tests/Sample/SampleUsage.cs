using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Usage;
using DataBright.Node.Usage;
using DataBright.Storage;
using static DataBright.Node.Tests.SampleMarket;

namespace DataBright.Node.Tests;

/// <summary>Usage dividends of the sample market.</summary>
internal sealed class SampleUsage(Cid? openShard) : IUsageReader
{
    public Task<UsageDue?> DueAsync(JobId id, Address contributor, CancellationToken stop) =>
        Task.FromResult(id.Value == 8 && contributor == Ben ? new UsageDue(Money.Parse("3.75"), [Hash(420)]) : null);

    public UsageFacts? Of(ulong job)
    {
        UsageLine[] lines = [new(Ada, 1, Money.Parse("31.5")), new(Cleo, 3, Money.Parse("9.75")), new(Ben, 2, Money.Parse("3.75"))];
        return job switch
        {
            9 => new(UsageState.Posted, SampleMarket.Scheduler, null, "", null, Now.AddHours(-2), Now.AddHours(22), openShard, Hash(410),
                Money.Dollars(45), lines, Money.Dollars(50)),
            8 => new(UsageState.Final, SampleMarket.Scheduler, Account(9), SampleMarket.Hostile, false, Now.AddDays(-5), Now.AddDays(-4),
                openShard, Hash(411), Money.Parse("3.75"), lines),
            7 => new(UsageState.Challenged, SampleMarket.Scheduler, Account(9), SampleMarket.Hostile, null, Now.AddDays(-1), Now.AddDays(1),
                null, Hash(412), Money.Dollars(45), null),
            5 => new(UsageState.Final, Account(9), null, "", false, Now.AddDays(-1), DateTimeOffset.UnixEpoch, null, Hash32.Zero,
                Money.Zero, null),
            _ => null,
        };
    }
}
