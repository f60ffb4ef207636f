using DataBright.Compute.Ledger;
using DataBright.Compute.Points;
using DataBright.Compute.Protocol;
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
        var folder = Directory.CreateTempSubdirectory("databright-chain-job-").FullName;
        using var shards = new BlobShardSource(market.Blobs);
        var (scheduler, referee) = (market.Scheduler.Signer, market.Referee.Signer);
        var judge = new Referee(referee.Key, new ChainJobLedger(market.Ledger, scheduler.Address, null), market.Blobs, shards);
        var host = new SchedulerHost(
            scheduler.Key, new ChainJobLedger(market.Ledger, scheduler.Address, scheduler), new MemorySchedulerStore(), market.Blobs, shards, judge,
            () => Keccak.Hash("chance"u8), TimeProvider.System, new SchedulerTerms { LedgerInterval = TimeSpan.Zero });
        var workers = new List<(Signer Signer, WorkerEngine Engine)>();
        for (var i = 0; i < 6; i++)
        {
            var signer = await market.WorkerAsync();
            workers.Add((signer, new WorkerEngine(signer.Key, host.Wire, new WorkFolder(Path.Combine(folder, $"{i}")), i == 3 ? Liars.InTraining(2) : new HonestExecutor(), TimeProvider.System, new WorkerOptions())));
        }

        var plan = await market.PlanAsync() with { SchedulerFee = Money.Dollars(0) };
        var job = await market.OrderAsync(plan);
        var reports = new List<string>();
        for (var turn = 0; turn < 100 && host.Book.Find(job) is not { IsOver: true }; turn++)
        {
            foreach (var (_, engine) in workers)
            {
                try
                {
                    await engine.TurnAsync(TimeSpan.Zero, takesWork: true, stop);
                }
                catch (ProtocolException refused)
                {
                    // A slashed worker has less than the minimum stake: it is nobody any more.
                    refused.Refusal.ShouldBe(Refusal.UnknownWorker);
                }

                await engine.FinishAsync();
            }

            await host.AdvanceAsync((id, fault) => reports.Add($"{id}: {fault.Message}"), stop);
        }

        var over = host.Book.Find(job)!;
        over.Phase.ShouldBe(JobPhase.Settled, $"{over.Problem} {string.Join(" | ", reports)}");
        var liar = workers[3].Signer.Address;
        (await market.Ledger.Jobs.IsConvictedAsync(job, liar, stop)).ShouldBeTrue();
        (await market.Ledger.Workers.FindAsync(liar, stop))!.Stake.ShouldBeLessThan(Money.Dollars(100));
        over.Settlement!.Pay.ShouldNotContain(share => share.Worker == liar);
        var ended = await new DataBright.Market.Jobs.JobHistory(market.Ledger).FindSettledAsync(job, stop);
        foreach (var share in over.Settlement.Pay)
        {
            await market.Ledger.Jobs.ClaimPayAsync(job, ended!.Outcome, share.Worker, share.Amount, JobState.PayProof(job, over.Settlement, share.Worker), market.Deployer, stop);
            (await market.Ledger.Jobs.OwedAsync(share.Worker, stop)).ShouldBe(share.Amount);
        }

        Directory.Delete(folder, recursive: true);
    }
}
