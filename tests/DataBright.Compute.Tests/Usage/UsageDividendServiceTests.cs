using DataBright.Compute.Points;
using DataBright.Compute.Workers;
using DataBright.Compute.Worlds;
using DataBright.Market;
using DataBright.Market.Usage;
using DataBright.Storage;

namespace DataBright.Compute.Usage;

/// <summary>
/// Usage dividends of real jobs on a real chain: posted by the scheduler, challenged by anybody, ruled on by the referee.
/// </summary>
[Collection(nameof(ChainMarket))]
public sealed class UsageDividendServiceTests(ChainMarket market)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_right_posting_withstands_a_challenge_and_is_posted_only_once()
    {
        var job = await SettledAsync();
        using var shards = new BlobShardSource(market.Blobs);
        var scheduler = new UsageDividendService(market.Ledger, market.Blobs, shards, market.Scheduler.Signer);
        var posted = await scheduler.PostAsync(job, Stop);
        posted!.Lines.Single().ShouldBe((market.Founder.Address, Money.Dollars(25)));
        (await scheduler.PostAsync(job, Stop)).ShouldBeNull();

        var referee = new UsageDividendService(market.Ledger, market.Blobs, shards, market.Referee.Signer);
        (await referee.RuleAsync(job, Stop)).ShouldBeNull();
        await market.Ledger.Usage.ChallengeAsync(job, "I do not believe it", market.Buyer, Stop);
        (await referee.RuleAsync(job, Stop)).ShouldBe(true);
        (await referee.RuleAsync(job, Stop)).ShouldBeNull();

        var standing = await scheduler.FindSheetAsync(job, Stop);
        standing!.Root.ShouldBe(posted.Root);
        (await market.Ledger.Usage.ClaimAsync(standing, market.Founder.Address, market.Deployer, Stop)).ShouldBe(Money.Dollars(25));
    }

    [Fact]
    public async Task A_wrong_posting_is_put_right_and_costs_its_bond()
    {
        var job = await SettledAsync();
        using var shards = new BlobShardSource(market.Blobs);
        var thief = new UsageSheet(job, [(market.Scheduler.Signer.Address, Money.Dollars(25))]);
        await market.Ledger.Usage.PostAsync(thief, Cid.Raw(Digest.Of("nothing"u8)), market.Scheduler.Signer, Stop);
        await market.Ledger.Usage.ChallengeAsync(job, "the scheduler contributed nothing", market.Buyer, Stop);

        var referee = new UsageDividendService(market.Ledger, market.Blobs, shards, market.Referee.Signer);
        (await referee.RuleAsync(job, Stop)).ShouldBe(false);

        var standing = await referee.FindSheetAsync(job, Stop);
        standing!.Lines.Single().Contributor.ShouldBe(market.Founder.Address);
        await Should.ThrowAsync<RuleBrokenException>(
            () => market.Ledger.Usage.ClaimAsync(thief, market.Scheduler.Signer.Address, market.Scheduler.Signer, Stop));
        var before = await market.Ledger.Dollars.BalanceAsync(market.Buyer.Address, Stop);
        var bonds = await market.Ledger.Usage.WithdrawAsync(market.Buyer.Address, market.Buyer, Stop);
        bonds.ShouldBe(Money.Dollars(75), "its own, and half of the scheduler's");
        (await market.Ledger.Dollars.BalanceAsync(market.Buyer.Address, Stop)).ShouldBe(before + bonds);
    }

    private async Task<JobId> SettledAsync() =>
        (await ChainJob.RunAsync(market, await market.PlanAsync() with { SchedulerFee = Money.Zero }, _ => new HonestExecutor(), Stop)).Id;
}
