using DataBright.Compute.Draws;
using DataBright.Compute.Ledger;
using DataBright.Compute.Points;
using DataBright.Compute.Scheduler.State;
using DataBright.Market.Datasets;
using DataBright.Market.Jobs;
using DataBright.Storage;

namespace DataBright.Compute.Scheduler;

/// <summary>
/// The steps of a job on the ledger, before its tasks and after. Each is done when the state says it is due and recorded when it is done;
/// between the two a crash may fall, so each is safe twice.
/// </summary>
internal sealed class JobSteps(JobBook book, WorkerPresence presence, IJobLedger ledger, IBlobStore blobs, IShardSource shards,
    MeasuredPoints points, JobFigures figures, Func<Hash32> chance, TimeProvider clock)
{
    /// <summary>Moves a job to its next phase, as far as that is possible now.</summary>
    public async Task<SchedulerJob> MoveAsync(SchedulerJob job, CancellationToken stop) => job.Phase switch
    {
        JobPhase.Offered => await OfferedAsync(job, stop),
        JobPhase.Accepting => await AcceptingAsync(job, stop),
        JobPhase.Drawing => await ledger.BeaconAsync(job.Id, job.DrawSeed(), stop) is { } beacon
            ? book.Apply(job.Id, state => state.Drawn(beacon)) : job,
        JobPhase.Assigning => await AssigningAsync(job, stop),
        JobPhase.Running when job.CanSettle => await DeliveredAsync(job, stop),
        JobPhase.Settling => await SettlingAsync(job, stop),
        _ => job,
    };

    /// <summary>The job as the ledger has it.</summary>
    /// <exception cref="LedgerUnavailableException">The ledger does not have it now.</exception>
    public async Task<LedgerJob> OnLedgerAsync(SchedulerJob job, CancellationToken stop)
    {
        var found = await ledger.FindAsync(job.Id, stop)
            ?? throw new LedgerUnavailableException($"The ledger does not know job {job.Id} any more; it may have lost blocks.");
        return found.Terms.IsSameOrder(job.Terms)
            ? found : throw new LedgerUnavailableException($"The ledger has another order under number {job.Id}; it may have lost blocks.");
    }

    private async Task<SchedulerJob> OfferedAsync(SchedulerJob job, CancellationToken stop)
    {
        var pool = presence.Present(figures.MinPay(job.Plan, job.Terms.Pay));
        var operators = pool.DistinctBy(member => member.Operator).Count();
        if (figures.OperatorsNeeded(job.Plan) is { } needed && operators < needed)
            return book.Apply(job.Id, state => state.Wait(TooFewWorkersException.Words(needed, operators)));
        try
        {
            // Whether enough are there costs nothing; to read the shards does.
            Draw.Seat(Hash32.Zero, pool, job.Plan);
            foreach (var shard in job.Plan.Shards) await shards.ReadAsync(job.Plan.Dataset, shard, stop);
            await shards.ReadHeldOutAsync(job.Plan.Dataset, job.Plan.HeldOut, stop);
            var copies = (await points.CopiesAsync(job.Plan, stop)).Count;
            if (copies > 0 && copies == job.Plan.Shards[job.Plan.ProposedShard].Count)
                return book.Apply(job.Id,
                    state =>
                        state.Fail(
                            $"All {copies} points of the offer are copies, exact or near, of points that are there: nothing is left to "
                            + "measure."));
            return book.Apply(job.Id, state => state.Take(chance(), pool, copies));
        }
        catch (OfferTooLargeException fault)
        {
            return book.Apply(job.Id, state => state.Fail(fault.Message));
        }
        catch (TooFewWorkersException fault)
        {
            return book.Apply(job.Id, state => state.Wait(fault.Message));
        }
    }

    private async Task<SchedulerJob> AcceptingAsync(SchedulerJob job, CancellationToken stop)
    {
        var stage = (await OnLedgerAsync(job, stop)).Stage;
        if (stage == LedgerStage.Refunded) return book.Apply(job.Id, state => state.Cancelled());
        if (stage == LedgerStage.Created) await ledger.AcceptAsync(job.Id, JobHashes.Seed(job.DrawSeed()), stop);
        return book.Apply(job.Id, state => state.Accepted());
    }

    private async Task<SchedulerJob> AssigningAsync(SchedulerJob job, CancellationToken stop)
    {
        var found = await OnLedgerAsync(job, stop);
        if (found.Stage < LedgerStage.Assigned)
        {
            await ledger.RenewBeaconAsync(job.Id, JobHashes.Seed(job.DrawSeed()), stop);
            // The block of the acceptance may have been replaced since the draw, or missed.
            if (await ledger.BeaconAsync(job.Id, job.DrawSeed(), stop) != job.Beacon)
                return book.Apply(job.Id, state => state.Phase == JobPhase.Assigning ? state.Undrawn(JobPhase.Drawing) : state);
            await ledger.AssignAsync(job.Id, job.DrawSeed(), job.AssignmentRoot!.Value, stop);
        }

        // It is read from the ledger after the draw stands there: before, this job's own beacon might become the first.
        var measurement = await ledger.MeasurementBeaconAsync(job.Terms, stop);
        if (job.Plan.Kind == JobKind.Evaluation && measurement is null)
            throw new LedgerUnavailableException(
                $"The ledger has no draw for the proposal that job {job.Id} measures; it may have lost blocks.");
        return book.Apply(job.Id, state => state.Assigned(measurement));
    }

    private async Task<SchedulerJob> DeliveredAsync(SchedulerJob job, CancellationToken stop)
    {
        var result = await JobClosing.KeepAsync(job.Settle(), blobs, stop);
        return book.Apply(job.Id, state => state.CanSettle ? state.Settle() with { Result = result } : state);
    }

    private async Task<SchedulerJob> SettlingAsync(SchedulerJob job, CancellationToken stop)
    {
        var stage = (await OnLedgerAsync(job, stop)).Stage;
        if (stage == LedgerStage.Refunded)
            return book.Apply(job.Id, state => state.Fail("The buyer was refunded before the result was delivered."));
        if (stage != LedgerStage.Settled && clock.GetUtcNow() >= job.Terms.Deadline)
            return book.Apply(job.Id,
                state => state.Fail("The deadline passed before the result was delivered; the buyer can be refunded."));
        if (stage != LedgerStage.Settled) await ledger.SettleAsync(job.Id, job.Settlement!, stop);
        return book.Apply(job.Id, state => state.Settled());
    }
}
