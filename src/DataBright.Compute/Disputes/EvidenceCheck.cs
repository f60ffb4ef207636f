using DataBright.Compute.Jobs;
using DataBright.Compute.Points;
using DataBright.Compute.Protocol;
using DataBright.Compute.Tasks;
using DataBright.Compute.Traces;
using DataBright.Ethereum;
using DataBright.Storage;

namespace DataBright.Compute.Disputes;

/// <summary>
/// Re-checks a dossier from the stored files: signatures, proofs, hashes, and the disputed step itself, executed again.
/// The referee decides by it, and so can anybody else who may read the points, at any time later and without asking anyone.
/// </summary>
public sealed class EvidenceCheck(IBlobStore blobs, IShardSource shards, int threads = 1)
{
    /// <summary>Many steps of a measurement may be asked about, and each would compare the offer with the whole dataset.</summary>
    private readonly MeasuredPoints _points = new(shards);

    /// <summary>What the step really makes of the state, and who said otherwise.</summary>
    /// <exception cref="EvidenceException">The dossier does not show what it claims to show.</exception>
    public async Task<EvidenceFinding> ExamineAsync(Dossier dossier, CancellationToken stop)
    {
        if (dossier.Format != Dossier.CurrentFormat) throw new EvidenceException($"its format is '{dossier.Format}'");
        var plan = await PlanAsync(dossier, stop);
        var steps = TaskSteps.Of(plan, dossier.Task);
        if (dossier.Step < 1 || dossier.Step > steps) throw new EvidenceException($"the task has no step {dossier.Step}");
        if (dossier.Claims.Count == 0) throw new EvidenceException("nobody is accused");
        foreach (var claim in dossier.Claims) CheckClaim(dossier, claim, steps);

        var state = await StateAsync(dossier, plan, stop);
        var program = await ProgramAsync(dossier, plan, stop);
        CheckStarts(dossier, program);
        var truth = Execute(program, state, dossier.Step);
        return new EvidenceFinding(truth, [.. dossier.Claims.Where(claim => claim.After.State != truth).Select(claim => claim.Worker)]);
    }

    private async Task<JobPlan> PlanAsync(Dossier dossier, CancellationToken stop)
    {
        try
        {
            var plan = JobPlan.Parse(await blobs.ReadAsync(Cid.Raw(dossier.Plan), JobPlan.MaxBytes, stop));
            if (!plan.Tasks().Contains(dossier.Task)) throw new EvidenceException($"the plan has no task {dossier.Task}");
            return plan;
        }
        catch (DataBrightException fault) when (fault is not EvidenceException)
        {
            throw new EvidenceException($"the plan {dossier.Plan} cannot be read ({fault.Message})", fault);
        }
    }

    private static void CheckClaim(Dossier dossier, Claim claim, int steps)
    {
        Reveal reveal;
        try
        {
            if (claim.Reveal.Signer(MessageKind.Reveal, dossier.Domain) != claim.Worker)
                throw new EvidenceException($"{claim.Worker} has not signed the trace");
            reveal = claim.Reveal.Read<Reveal>();
        }
        catch (ProtocolException fault)
        {
            throw new EvidenceException(fault.Message, fault);
        }

        if (reveal.Lease.Job != dossier.Job || reveal.Task != dossier.Task)
            throw new EvidenceException($"{claim.Worker} has signed a trace of something else");
        if (reveal.Measurement != dossier.Inputs.Measurement)
            throw new EvidenceException($"{claim.Worker} was given another beacon, or other points");
        if (reveal.First.Step != 0 || !StepTree.Verify(reveal.Root, steps + 1, reveal.First))
            throw new EvidenceException($"the trace of {claim.Worker} shows no start");
        if (claim.Before.Step != dossier.Step - 1 || claim.After.Step != dossier.Step
            || !StepTree.Verify(reveal.Root, steps + 1, claim.Before) || !StepTree.Verify(reveal.Root, steps + 1, claim.After))
            throw new EvidenceException($"step {dossier.Step} is not shown to be in the trace of {claim.Worker}");
        if (claim.Before.State != dossier.Before)
            throw new EvidenceException($"the trace of {claim.Worker} has another state before step {dossier.Step}");
    }

    private async Task<byte[]> StateAsync(Dossier dossier, JobPlan plan, CancellationToken stop)
    {
        try
        {
            var bytes = await blobs.ReadAsync(dossier.State, TaskSteps.MaxStateBytes(plan), stop);
            var content = TaskStates.Read(plan, dossier.Task, bytes);
            if (content.Hash != dossier.Before || content.Step != dossier.Step - 1)
                throw new EvidenceException($"the stored state is not the one before step {dossier.Step}");
            return bytes;
        }
        catch (DataBrightException fault) when (fault is not EvidenceException)
        {
            throw new EvidenceException($"the state before step {dossier.Step} cannot be read ({fault.Message})", fault);
        }
    }

    private async Task<ITaskProgram> ProgramAsync(Dossier dossier, JobPlan plan, CancellationToken stop)
    {
        try
        {
            return await TaskInputsReader.ProgramAsync(plan, dossier.Task, dossier.Inputs, blobs, shards, threads, stop, _points);
        }
        catch (Exception fault) when (fault is BlobException or ArgumentException
            or DataBrightException { Kind: FailureKind.Malformed or FailureKind.Invalid or FailureKind.Damaged })
        {
            throw new EvidenceException($"what task {dossier.Task} starts from cannot be read ({fault.Message})", fault);
        }
    }

    /// <summary>Every trace must begin where the named inputs begin, or the accused was given other inputs than the judge.</summary>
    private static void CheckStarts(Dossier dossier, ITaskProgram program)
    {
        using var start = program.Start();
        var hash = start.StateHash();
        foreach (var claim in dossier.Claims)
            if (claim.Reveal.Read<Reveal>().First.State != hash)
                throw new EvidenceException($"the trace of {claim.Worker} starts from other inputs");
    }

    private static Digest Execute(ITaskProgram program, byte[] state, int step)
    {
        using var run = program.Restore(state);
        run.Advance();
        return run.StepsDone == step ? run.StateHash()
            : throw new EvidenceException($"the state leads to step {run.StepsDone}, not {step}");
    }
}

/// <summary>What came of re-executing a step.</summary>
/// <param name="Truth">Hash of the state after it.</param>
/// <param name="Guilty">Workers whose traces say otherwise.</param>
public sealed record EvidenceFinding(Digest Truth, IReadOnlyList<Address> Guilty);
