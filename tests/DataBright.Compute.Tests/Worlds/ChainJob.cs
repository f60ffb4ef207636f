using DataBright.Compute.Jobs;
using DataBright.Compute.Ledger;
using DataBright.Compute.Points;
using DataBright.Compute.Protocol;
using DataBright.Compute.Referees;
using DataBright.Compute.Scheduler;
using DataBright.Compute.Scheduler.State;
using DataBright.Compute.Scheduler.Stores;
using DataBright.Compute.Workers;
using DataBright.Ethereum;
using DataBright.Market;

namespace DataBright.Compute.Worlds;

/// <summary>A job that was carried out by six workers against the real contracts.</summary>
internal sealed record ChainJob(JobId Id, SchedulerJob State, IReadOnlyList<Signer> Workers)
{
    private const int MaxTurns = 100;

    /// <param name="market">The market.</param>
    /// <param name="plan">What is bought.</param>
    /// <param name="executor">How each worker works.</param>
    /// <param name="stop">Cancels.</param>
    public static Task<ChainJob> RunAsync(ChainMarket market, JobPlan plan, Func<int, ITaskExecutor> executor, CancellationToken stop) =>
        RunAsync(market, () => market.OrderAsync(plan), executor, stop);

    /// <param name="market">The market.</param>
    /// <param name="order">Buys the job.</param>
    /// <param name="executor">How each worker works.</param>
    /// <param name="stop">Cancels.</param>
    public static async Task<ChainJob> RunAsync(ChainMarket market, Func<Task<JobId>> order, Func<int, ITaskExecutor> executor,
        CancellationToken stop)
    {
        var folder = Directory.CreateTempSubdirectory("databright-chain-job-").FullName;
        using var shards = new BlobShardSource(market.Blobs);
        var (scheduler, referee) = (market.Scheduler.Signer, market.Referee.Signer);
        var judge = new Referee(referee.Key, new ChainJobLedger(market.Ledger, market.Blobs, scheduler.Address, null),
            market.Blobs, shards);
        var host = new SchedulerHost(
            scheduler.Key, new ChainJobLedger(market.Ledger, market.Blobs, scheduler.Address, scheduler), new MemorySchedulerStore(),
            market.Blobs, shards, judge,
            () => Keccak.Hash("chance"u8), TimeProvider.System, new SchedulerTerms { LedgerInterval = TimeSpan.Zero });
        var reports = new List<string>();
        var workers = new List<(Signer Signer, WorkerEngine Engine)>();
        for (var i = 0; i < 6; i++)
        {
            var signer = await market.WorkerAsync();
            workers.Add((signer, new WorkerEngine(signer.Key, host.Wire, new WorkFolder(Path.Combine(folder, $"{i}")), executor(i),
                TimeProvider.System, new WorkerOptions(), new Told(reports))));
        }

        var job = await order();
        for (var turn = 0; turn < MaxTurns && host.Book.Find(job) is not { IsOver: true }; turn++)
        {
            foreach (var (_, engine) in workers) await TurnAsync(engine, stop);
            await host.AdvanceAsync((id, fault) => reports.Add($"{id}: {fault.Message}"), stop);
        }

        var over = host.Book.Find(job)!;
        over.Phase.ShouldBe(JobPhase.Settled, $"{over.Problem} {string.Join(" | ", reports)}");
        Directory.Delete(folder, recursive: true);
        return new ChainJob(job, over, [.. workers.Select(worker => worker.Signer)]);
    }

    /// <summary>What workers could not do: why a job that should have ended goes on.</summary>
    private sealed class Told(List<string> reports) : IProgress<WorkerNews>
    {
        public void Report(WorkerNews value)
        {
            lock (reports) reports.Add($"{value}");
        }
    }

    private static async Task TurnAsync(WorkerEngine engine, CancellationToken stop)
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
}
