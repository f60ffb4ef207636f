using DataBright.Compute.Disputes;
using DataBright.Compute.Ledger;
using DataBright.Compute.Protocol;
using DataBright.Compute.Scheduler.State;
using DataBright.Ethereum;
using DataBright.Storage;

namespace DataBright.Compute.Scheduler;

/// <summary>Puts together what the referee needs from what the parties have shown.</summary>
internal static class DossierOf
{
    /// <summary>The parties, and everybody else whose trace is the same as one party's: the same lie needs no second dispute.</summary>
    public static Dossier Dispute(SchedulerJob job, TaskState task, JobDomain domain, Address reporter)
    {
        var dispute = task.Dispute!;
        var claims = from party in dispute.Parties
                     let root = task.FindLease(party.Lease)!.Result!.Root
                     from copy in task.Copies
                     where copy.Stage == CopyStage.Revealed && copy.Result!.Root == root
                     orderby copy.Worker
                     select new Claim(copy.Worker, copy.Reveal!, party.Before!, party.After!);
        return new Dossier(
            Dossier.CurrentFormat, domain, job.Id, job.Terms.Plan, task.Key, task.Inputs!, dispute.Node.First,
            dispute.Parties[0].Before!.State, dispute.Parties[0].State!.Value, reporter, [.. claims]);
    }

    /// <summary>The files that a dossier names, besides those of the plan.</summary>
    public static IEnumerable<Cid> FilesOf(TaskState task)
    {
        yield return task.Dispute!.Parties[0].State!.Value;
        if (task.Inputs!.Start is { } start) yield return start.Cid;
        foreach (var final in task.Inputs.Finals) yield return final.Checkpoint.Cid;
    }

    public static bool IsByReferee(this Signature signature, SchedulerJob job, JobDomain domain, SignedVerdict verdict) =>
        signature.IsBy(job.Terms.Referee, JobHashes.Verdict(domain, job.Id, verdict.Worker, verdict.Reporter, verdict.Evidence));
}
