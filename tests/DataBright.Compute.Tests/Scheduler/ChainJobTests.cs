using DataBright.Compute.Scheduler.State;
using DataBright.Compute.Workers;
using DataBright.Compute.Worlds;
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
            await market.Ledger.Jobs.ClaimPayAsync(job, ended!.Outcome, share.Worker, share.Amount, JobState.PayProof(job, over.Settlement, share.Worker), market.Deployer, stop);
            (await market.Ledger.Jobs.OwedAsync(share.Worker, stop)).ShouldBe(share.Amount);
        }
    }
}
