using DataBright.Compute.Ledger;
using DataBright.Compute.Points;
using DataBright.Compute.Referees;
using DataBright.Compute.Scheduler.State;
using DataBright.Compute.Scheduler.Stores;
using DataBright.Compute.Workers;
using DataBright.Compute.Worlds;
using DataBright.Ethereum;
using DataBright.Market;

namespace DataBright.Compute.Scheduler;

/// <summary>Whole jobs with the real contracts on a real chain.</summary>
[Collection(nameof(ChainMarket))]
public sealed class ChainJobTests(ChainMarket market)
{
    [Fact]
    public async Task A_job_with_a_liar_ends_on_the_chain_with_the_liar_slashed_and_everybody_else_able_to_claim()
    {
        var stop = TestContext.Current.CancellationToken;
        var plan = await market.PlanAsync() with { SchedulerFee = Money.Dollars(0) };
        var (job, over, workers) = await ChainJob.RunAsync(market, plan, i => i == 3 ? Liars.InTraining(2) : new HonestExecutor(), stop);

        var liar = workers[3].Address;
        (await market.Ledger.Jobs.IsConvictedAsync(job, liar, stop)).ShouldBeTrue();
        (await market.Ledger.Workers.FindAsync(liar, stop))!.Stake.ShouldBeLessThan(Money.Dollars(100));
        over.Settlement!.Pay.ShouldNotContain(share => share.Worker == liar);
        var ended = await new DataBright.Market.Jobs.JobHistory(market.Ledger).FindSettledAsync(job, stop);
        foreach (var share in over.Settlement.Pay)
        {
            await market.Ledger.Jobs.ClaimPayAsync(job, ended!.Outcome, share.Worker, share.Amount,
                SchedulerJob.PayProof(job, over.Settlement, share.Worker), market.Deployer, stop);
            (await market.Ledger.Jobs.OwedAsync(share.Worker, stop)).ShouldBe(share.Amount);
        }
    }

    /// <summary>Orders cost gas alone until they are accepted: one that was taken back keeps no place that others wait for.</summary>
    [Fact]
    public async Task An_order_that_its_buyer_took_back_leaves_its_place()
    {
        var stop = TestContext.Current.CancellationToken;
        using var shards = new BlobShardSource(market.Blobs);
        var (scheduler, referee) = (market.Scheduler.Signer, market.Referee.Signer);
        var ledger = new ChainJobLedger(market.Ledger, market.Blobs, scheduler.Address, scheduler);
        var host = new SchedulerHost(
            scheduler.Key, ledger, new MemorySchedulerStore(), market.Blobs, shards, new Referee(referee.Key, ledger, market.Blobs, shards),
            () => Keccak.Hash("chance"u8), TimeProvider.System, new SchedulerTerms { LedgerInterval = TimeSpan.Zero });
        var job = await market.OrderAsync(await market.PlanAsync() with { SchedulerFee = Money.Zero });
        for (var turn = 0; turn < 3; turn++) await host.AdvanceAsync((_, _) => { }, stop);
        host.Book.Find(job)!.Phase.ShouldBe(JobPhase.Offered, "nobody is there to do it");

        (await market.Ledger.Jobs.RefundAsync(job, market.Buyer, stop)).ShouldBe(Money.Dollars(140));
        for (var turn = 0; turn < 3; turn++) await host.AdvanceAsync((_, _) => { }, stop);

        host.Book.Find(job)!.Phase.ShouldBe(JobPhase.Failed);
        host.Book.Find(job)!.Problem.ShouldNotBeNull().ShouldContain("took the order back");
    }
}
