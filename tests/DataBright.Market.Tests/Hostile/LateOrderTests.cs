using DataBright.Ethereum;
using DataBright.Market.Index;
using DataBright.Market.Trust;
using Contract = DataBright.Market.Generated.Jobs;

namespace DataBright.Market.Tests.Hostile;

/// <summary>
/// Orders that no calendar holds, on a real chain: the contract refuses them, and the furthest that it takes is read by everybody.
/// </summary>
[Collection(nameof(TestMarket))]
public sealed class LateOrderTests(TestMarket market) : IDisposable
{
    private static readonly TimeSpan Furthest = TimeSpan.FromDays(365);

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(253_402_300_800)]
    [InlineData((1UL << 40) - 1)]
    public async Task An_order_until_after_the_year_9999_is_refused(ulong deadline)
    {
        var (order, buyer, dataset) = await OrderAsync(deadline);

        (await RefusedAsync(order, buyer)).ShouldBe(Rule.DeadlineInvalid);

        using var index = LedgerIndex.Open(_folder["index.db"], market.Addresses);
        await index.RebuildAsync(market.Client, TimeProvider.System, Stop);
        index.Jobs.List(dataset, new SliceRequest(10)).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_furthest_deadline_is_a_year_away_and_is_read_as_it_is()
    {
        // A transaction's block may be some seconds later than the newest one is now.
        var deadline = (await market.NowAsync()) + Furthest;
        var (order, buyer, dataset) = await OrderAsync((ulong)(deadline + TimeSpan.FromMinutes(5)).ToUnixTimeSeconds());
        (await RefusedAsync(order, buyer)).ShouldBe(Rule.DeadlineInvalid);
        await buyer.SendAsync(Contract.Create(market.Addresses.Jobs, order with { Deadline = (ulong)deadline.ToUnixTimeSeconds() }), Stop);

        using var index = LedgerIndex.Open(_folder["index.db"], market.Addresses);
        await index.RebuildAsync(market.Client, TimeProvider.System, Stop);
        index.UnreadableCount.ShouldBe(0);
        var late = index.Jobs.List(dataset, new SliceRequest(10)).Items.ShouldHaveSingleItem();
        late.Deadline.ShouldBe(deadline);
        (await market.Ledger.Jobs.FindAsync(late.Id, Stop))!.Deadline.ShouldBe(deadline);
    }

    private async Task<Rule> RefusedAsync(Contract.Order order, Signer buyer) =>
        (await Should.ThrowAsync<RuleBrokenException>(() => buyer.SendAsync(Contract.Create(market.Addresses.Jobs, order), Stop))).Rule;

    private async Task<(Contract.Order Order, Signer Buyer, DatasetId Dataset)> OrderAsync(ulong deadline)
    {
        Signer buyer = await market.PartyAsync(), other = await market.PartyAsync();
        var dataset = await market.DatasetAsync(TestMarket.Policy with { TrainingPrice = Money.Zero }, other, (other, 1));
        var (_, scheduler) = await market.TrustedAsync(TrustedRole.Scheduler);
        var (_, referee) = await market.TrustedAsync(TrustedRole.Referee);
        var plan = Keccak.Hash("plan"u8);
        var order = new Contract.Order(0, (uint)dataset.Id.Value, 0, plan, scheduler.Address, referee.Address, 1, 0, deadline);
        return (order, buyer, dataset.Id);
    }
}
