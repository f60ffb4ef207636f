using DataBright.Compute.Disputes;
using DataBright.Compute.Draws;
using DataBright.Compute.Jobs;
using DataBright.Compute.Ledger;
using DataBright.Compute.Points;
using DataBright.Compute.Protocol;
using DataBright.Compute.Referees;
using DataBright.Compute.Scheduler.State;
using DataBright.Ethereum;
using DataBright.Learning;
using DataBright.Market;
using DataBright.Market.Storage;

namespace DataBright.Compute.Scheduler;

/// <summary>
/// Does what a job's state asks for outside the scheduler: on the ledger, at the referee, in the blob store. Each thing is done when the state
/// says it is due and recorded when it is done; between the two a crash may fall, so each is safe twice.
/// </summary>
public sealed class JobDriver(
    JobBook book, Attendance attendance, IJobLedger ledger, IBlobStore blobs, IShardSource shards, IReferee referee,
    Func<Hash32> chance, EthereumKey key, TimeProvider clock, SchedulerTerms terms)
{
    private readonly TaskOpening _opening = new(blobs);
    private DateTimeOffset _ledgerAsked = DateTimeOffset.MinValue;

    /// <summary>Brings every job as far as it can go now.</summary>
    /// <param name="report">Told of a job that could not be moved, with the reason; it is tried again next time.</param>
    /// <param name="stop">Cancels.</param>
    public async Task AdvanceAsync(Action<JobId, Exception> report, CancellationToken stop)
    {
        if (clock.GetUtcNow() - _ledgerAsked >= terms.LedgerInterval)
        {
            await attendance.RefreshAsync(stop);
            await FindJobsAsync(stop);
            _ledgerAsked = clock.GetUtcNow();
        }

        foreach (var job in book.All.Where(job => !job.IsOver || job.Unreported.Any()))
        {
            try
            {
                await AdvanceAsync(job, stop);
            }
            catch (Exception fault) when (fault is RuleBrokenException or ChainException or RpcException or RevertException or TransactionPendingException or BlobException or ShardUnreadableException or EvidenceException or HttpRequestException or MalformedInputException or LedgerUnavailableException)
            {
                report(job.Id, fault);
                book.Apply(job.Id, state => state.Wait(fault.Message));
            }
        }
    }

    private async Task FindJobsAsync(CancellationToken stop)
    {
        foreach (var job in await ledger.OpenJobsAsync(stop))
        {
            if (book.Find(job.Terms.Id) is not null || job.Stage != LedgerStage.Created) continue;
            try
            {
                var plan = JobPlan.Parse(await blobs.ReadAsync(Cid.Raw(job.Terms.Plan), JobPlan.MaxBytes, stop));
                var mismatch = OrderRules.Mismatch(job.Terms, plan, terms.LeastFee) ?? await ledger.DataMismatchAsync(job.Terms, plan, stop);
                book.Add(mismatch is not null ? JobState.Offer(job.Terms, plan).Fail(mismatch) : JobState.Offer(job.Terms, plan));
            }
            catch (Exception fault) when (fault is RuleBrokenException or ChainException or RpcException or RevertException or TransactionPendingException or BlobException or BadPlanException)
            {
                // The plan may still be on its way to this store, so the job is looked at again as long as it is open.
                book.Publish(new JobEvent(job.Terms.Id, JobEventKind.Waiting, Detail: fault.Message, At: clock.GetUtcNow()));
            }
        }
    }

    private async Task AdvanceAsync(JobState job, CancellationToken stop)
    {
        // A job that has failed still has its liars convicted: the ledger takes verdicts after the end, too.
        job = await ReportAsync(job, stop);
        for (var before = (JobState?)null; !ReferenceEquals(job, before) && !job.IsOver;)
        {
            before = job;
            using var span = SchedulerMetrics.Step(job.Phase);
            job = await StepAsync(job, stop);
            SchedulerMetrics.End(span, before, job);
        }
    }

    private async Task<JobState> StepAsync(JobState job, CancellationToken stop)
    {
        if (clock.GetUtcNow() >= job.Terms.Deadline && job.Phase != JobPhase.Settling) return book.Apply(job.Id, state => state.Fail("The deadline has passed; the buyer can be refunded."));
        return job.Phase switch
        {
            JobPhase.Offered => await OfferedAsync(job, stop),
            JobPhase.Accepting => await AcceptingAsync(job, stop),
            JobPhase.Drawing => await ledger.BeaconAsync(job.Id, job.DrawSeed(), stop) is { } beacon ? book.Apply(job.Id, state => state.Drawn(beacon)) : job,
            JobPhase.Assigning => await AssigningAsync(job, stop),
            JobPhase.Running => await RunningAsync(job, stop),
            JobPhase.Settling => await SettlingAsync(job, stop),
            _ => job,
        };
    }

    private async Task<JobState> OfferedAsync(JobState job, CancellationToken stop)
    {
        foreach (var shard in job.Plan.Shards.Append(job.Plan.HeldOut)) await shards.ReadAsync(shard, stop);
        var pool = attendance.Present(new PayPlan(job.Plan, job.Terms.Pay).Least);
        try
        {
            return book.Apply(job.Id, state => state.Take(chance(), pool));
        }
        catch (TooFewWorkersException fault)
        {
            return book.Apply(job.Id, state => state.Wait(fault.Message));
        }
    }

    private async Task<JobState> AcceptingAsync(JobState job, CancellationToken stop)
    {
        if ((await LedgerJobAsync(job, stop)).Stage == LedgerStage.Created) await ledger.AcceptAsync(job.Id, JobHashes.Seed(job.DrawSeed()), stop);
        return book.Apply(job.Id, state => state.Accepted());
    }

    private async Task<JobState> AssigningAsync(JobState job, CancellationToken stop)
    {
        if ((await LedgerJobAsync(job, stop)).Stage == LedgerStage.Accepted) await ledger.AssignAsync(job.Id, job.DrawSeed(), job.AssignmentRoot!.Value, stop);
        return book.Apply(job.Id, state => state.Assigned());
    }

    private async Task<JobState> RunningAsync(JobState job, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        job = book.Apply(job.Id, state => state.Expire(now, attendance.IsPresent));
        job = book.Apply(job.Id, state => state.Refill(attendance.Present(new PayPlan(state.Plan, state.Terms.Pay).Least)));
        foreach (var task in job.Ready.ToList())
        {
            var (inputs, start) = await _opening.PrepareAsync(job, task.Key, stop);
            job = book.Apply(job.Id, state => state.Open(task.Key, inputs, start));
        }

        // One judgement may end another dispute of the same worker, so the state is asked again each time.
        while (job.Judging.FirstOrDefault() is { } task) job = await JudgeAsync(job, task, stop);
        job = await ReportAsync(job, stop);
        if (job.NeedsAnchor) job = await AnchorAsync(job, stop);
        if (!job.CanSettle) return job;
        var settling = job.Settle();
        await JobClosing.KeepAsync(settling, blobs, stop);
        return book.Apply(job.Id, state => state.Settle());
    }

    private async Task<JobState> ReportAsync(JobState job, CancellationToken stop)
    {
        foreach (var verdict in job.Unreported.ToList())
        {
            if (!(await LedgerJobAsync(job, stop)).Convicted.Contains(verdict.Worker)) await ledger.ConvictAsync(job.Id, verdict, stop);
            job = book.Apply(job.Id, state => state.Reported(verdict.Worker));
        }

        return job;
    }

    private async Task<JobState> AnchorAsync(JobState job, CancellationToken stop)
    {
        job = book.Apply(job.Id, state => state.PrepareAnchor());
        var root = job.Anchor!.Root;
        if ((await LedgerJobAsync(job, stop)).CommitsRoot != root) await ledger.AnchorAsync(job.Id, root, stop);
        return book.Apply(job.Id, state => state.Anchored(clock.GetUtcNow(), terms));
    }

    private async Task<JobState> JudgeAsync(JobState job, TaskState task, CancellationToken stop)
    {
        var dossier = DossierOf.Dispute(job, task, ledger.Domain, key.Address).ToJson();
        await blobs.PutAsync(dossier, stop);
        var ruling = await referee.JudgeAsync(SignedMessage.Sign(MessageKind.Dossier, dossier, ledger.Domain, key), stop);
        if (ruling.Verdicts.FirstOrDefault(verdict => !verdict.Signature.IsByReferee(job, ledger.Domain, verdict)) is { } forged)
            throw new EvidenceException($"the verdict on {forged.Worker} is not signed by the job's referee");
        return book.Apply(job.Id, state => state.Judged(task.Key, ruling.Verdicts, clock.GetUtcNow(), terms));
    }

    private async Task<JobState> SettlingAsync(JobState job, CancellationToken stop)
    {
        var stage = (await LedgerJobAsync(job, stop)).Stage;
        if (stage == LedgerStage.Refunded) return book.Apply(job.Id, state => state.Fail("The buyer was refunded before the result was delivered."));
        if (stage != LedgerStage.Settled && clock.GetUtcNow() >= job.Terms.Deadline) return book.Apply(job.Id, state => state.Fail("The deadline passed before the result was delivered; the buyer can be refunded."));
        if (stage != LedgerStage.Settled) await ledger.SettleAsync(job.Id, job.Settlement!, stop);
        return book.Apply(job.Id, state => state.Settled());
    }

    private async Task<LedgerJob> LedgerJobAsync(JobState job, CancellationToken stop) =>
        await ledger.FindAsync(job.Id, stop) ?? throw new LedgerUnavailableException($"The ledger does not know job {job.Id} any more; it may have lost blocks.");
}
