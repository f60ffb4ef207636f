using DataBright.Compute.Disputes;
using DataBright.Compute.Ledger;
using DataBright.Compute.Protocol;
using DataBright.Compute.Referees;
using DataBright.Compute.Scheduler.State;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Storage;

namespace DataBright.Compute.Scheduler;

/// <summary>What the tasks of a running job ask for: workers, inputs, judgements, anchors.</summary>
internal sealed class JobTasks(JobBook book, WorkerPresence presence, JobSteps steps, IJobLedger ledger, IBlobStore blobs, IReferee referee,
    JobFigures figures, EthereumKey key, TimeProvider clock, SchedulerTerms terms)
{
    private readonly TaskOpening _opening = new(blobs, clock, terms);

    /// <summary>Takes back what is overdue and finds others for it.</summary>
    public SchedulerJob Tend(SchedulerJob job)
    {
        var now = clock.GetUtcNow();
        // After a restart, everybody is given the time to show up again.
        if (!presence.IsSettlingIn(job.Id, terms.Lease))
            job = book.Apply(job.Id, state => state.Expire(now, presence.IsPresent, presence.IsBusy, terms));
        var least = figures.MinPay(job.Plan, job.Terms.Pay);
        return book.Apply(job.Id, state => state.Refill(presence.Present(least), presence.SetAside(least), presence.IsResting, now, terms));
    }

    /// <summary>Opens the tasks whose inputs are agreed on.</summary>
    public async Task OpenAsync(SchedulerJob job, CancellationToken stop)
    {
        foreach (var task in job.Ready.ToList())
        {
            var (inputs, start) = await _opening.PrepareAsync(job, task.Key, stop);
            book.Apply(job.Id, state => state.Tasks.ContainsKey(task.Key)
                ? state.Open(task.Key, inputs, start, clock.GetUtcNow(), terms) : state);
        }
    }

    /// <summary>Has the referee decide about a task.</summary>
    public async Task JudgeAsync(SchedulerJob job, TaskState task, CancellationToken stop)
    {
        var dossier = DossierOf.Dispute(job, task, ledger.Domain, key.Address).ToJson();
        await blobs.PutAsync(dossier, stop);
        var ruling = await referee.JudgeAsync(SignedMessage.Sign(MessageKind.Dossier, dossier, ledger.Domain, key), stop);
        if (ruling.Verdicts.FirstOrDefault(verdict => !verdict.Signature.IsByReferee(job, ledger.Domain, verdict)) is { } forged)
            throw new EvidenceException($"the verdict on {forged.Worker} is not signed by the job's referee");
        if (ruling.Verdicts.FirstOrDefault(verdict => !job.Participants.ContainsKey(verdict.Worker)) is { } other)
            throw new EvidenceException($"the verdict is on {other.Worker}, who has no part in the job");
        // Whoever doubts a conviction executes the step again: what that takes stays.
        if (ruling.Verdicts.Count > 0)
            foreach (var cid in DossierOf.FilesOf(task)) await blobs.KeepAsync(cid, stop);
        book.Apply(job.Id, state => state.Judged(task.Key, task.Dispute!.Number, ruling.Verdicts, clock.GetUtcNow(), terms));
    }

    /// <summary>Tells the ledger of verdicts. It takes them after the end of a job, too.</summary>
    public async Task ReportAsync(SchedulerJob job, CancellationToken stop)
    {
        foreach (var verdict in job.Unreported.ToList())
        {
            try
            {
                var found = await steps.OnLedgerAsync(job, stop);
                if (!found.Convicted.Contains(verdict.Worker)) await ledger.ConvictAsync(job.Id, verdict, stop);
                book.Apply(job.Id, state => state.Reported(verdict.Worker));
            }
            catch (RuleBrokenException refused) when (refused.Is(Rule.WorkerUnknown, Rule.KeyNotTrusted, Rule.NotTheReferee))
            {
                // The worker or the referee is registered no more. Whoever lied is not paid all the same, and the job goes on.
                book.Apply(job.Id, state => state.Unreportable(verdict.Worker, refused.Message));
            }
            catch (LedgerUnavailableException lost) when (job.IsOver)
            {
                if (!await IsReplacedAsync(job, stop)) throw;
                book.Apply(job.Id, state => state.Unreportable(verdict.Worker, lost.Message));
            }
        }
    }

    private async Task<bool> IsReplacedAsync(SchedulerJob job, CancellationToken stop) =>
        await ledger.FindAsync(job.Id, stop) is { } found && !found.Terms.IsSameOrder(job.Terms);

    /// <summary>Writes the commitments so far on the ledger.</summary>
    public async Task AnchorAsync(SchedulerJob job, CancellationToken stop)
    {
        job = book.Apply(job.Id, state => state.NeedsAnchor ? state.PrepareAnchor() : state);
        if (job.Anchor is not { OnLedger: false, Root: var root }) return;
        if ((await steps.OnLedgerAsync(job, stop)).CommitsRoot != root) await ledger.AnchorAsync(job.Id, root, stop);
        book.Apply(job.Id, state => state.Anchor?.Root == root ? state.Anchored(clock.GetUtcNow(), terms) : state);
    }
}
