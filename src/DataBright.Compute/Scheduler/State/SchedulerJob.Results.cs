using DataBright.Compute.Jobs;
using DataBright.Compute.Ledger;
using DataBright.Compute.Protocol;
using DataBright.Compute.Traces;
using DataBright.Ethereum;
using DataBright.Market;

namespace DataBright.Compute.Scheduler.State;

// Commit, anchor, reveal, compare.
public sealed partial record SchedulerJob
{
    /// <summary>A worker binds itself to a result.</summary>
    /// <exception cref="ProtocolException">It does not hold the lease, or has committed to something else.</exception>
    public SchedulerJob Commit(Address worker, Commit commit, SignedMessage message, DateTimeOffset now, SchedulerTerms terms)
    {
        var (task, copy) = Held(worker, commit.Lease, commit.Task);
        if ((commit.Result is not null) != task.Key.IsClosing)
            throw new ProtocolException(Refusal.Malformed, "A commitment to the job's result belongs to the closing task, and only to it.");
        if (copy.Commit is { } earlier)
            return earlier.Read<Commit>() == commit
                ? this
                : throw new ProtocolException(Refusal.Contradiction, $"Lease {commit.Lease} is committed to something else already.");
        if (copy.Stage != CopyStage.Leased) throw new ProtocolException(Refusal.OutOfTurn, $"Lease {commit.Lease} was not taken up.");

        return With(
            task.With(copy with { Stage = CopyStage.Committed, Commit = message, Due = null, Step = task.Steps, CommittedAt = now }))
            .Tell(JobEventKind.Committed, task.Key, worker)
            .CallForReveals(task.Key, now, terms);
    }

    /// <summary>
    /// Tasks whose copies are all committed but not under an anchored root, though the plan wants that before anyone reveals.
    /// </summary>
    public bool NeedsAnchor => Anchor is { OnLedger: false }
        || Tasks.Values.Any(task => task.Stage == TaskStage.Open && task.AllCommitted && MustBeAnchored(task.Key) && !IsAnchored(task));

    /// <summary>Gathers every commitment so far under one root.</summary>
    public SchedulerJob PrepareAnchor()
    {
        if (Anchor is { OnLedger: false }) return this;
        var copies = CommittedCopies();
        return this with { Anchor = new Anchor(CommitmentTree(copies).Root, [.. copies.Select(copy => copy.Lease)], OnLedger: false) };
    }

    /// <summary>The ledger has the root: now the workers may be asked to reveal.</summary>
    public SchedulerJob Anchored(DateTimeOffset now, SchedulerTerms terms)
    {
        if (Anchor is not { OnLedger: false } anchor) return this;
        var state = (this with { Anchor = anchor with { OnLedger = true } })
            .Tell(JobEventKind.Anchored, detail: $"{anchor.Leases.Count} commitments under {anchor.Root}");
        return Tasks.Keys.Aggregate(state, (current, key) => current.CallForReveals(key, now, terms));
    }

    /// <summary>Whether the holder of a copy is to reveal now.</summary>
    public bool MayReveal(TaskState task) =>
        task.Stage == TaskStage.Open && task.AllCommitted && (!MustBeAnchored(task.Key) || IsAnchored(task));

    /// <summary>Whether a worker is to reveal now: asked before the state that it sends is read.</summary>
    /// <exception cref="ProtocolException">It is not, or it does not hold the lease.</exception>
    public TaskState RequireTurnToReveal(Address worker, Reveal reveal)
    {
        var (task, copy) = Held(worker, reveal.Lease, reveal.Task);
        if (copy.Stage != CopyStage.Revealed && (copy.Stage != CopyStage.Committed || !MayReveal(task))) throw NotYet(reveal.Lease);
        return task;
    }

    private static ProtocolException NotYet(LeaseId lease) =>
        new(Refusal.OutOfTurn, $"Lease {lease} is not to reveal yet: first, everybody commits.");

    /// <summary>A worker opens its commitment.</summary>
    /// <param name="worker">The signer.</param>
    /// <param name="reveal">The opening.</param>
    /// <param name="message">The opening as it was signed.</param>
    /// <param name="finalState">The hash of the attached state.</param>
    /// <param name="result">What the attached state holds.</param>
    /// <param name="domain">The chain and contract.</param>
    /// <param name="now">The time.</param>
    /// <param name="terms">Terms.</param>
    /// <exception cref="ProtocolException">It is not what was committed to, or the time to reveal has not come.</exception>
    public SchedulerJob Reveal(Address worker, Reveal reveal, SignedMessage message, Digest finalState, RevealedResult result,
        JobDomain domain, DateTimeOffset now, SchedulerTerms terms)
    {
        var (task, copy) = Held(worker, reveal.Lease, reveal.Task);
        if (copy.Stage == CopyStage.Revealed)
            return copy.Result!.Root == reveal.Root
                ? this : throw new ProtocolException(Refusal.Contradiction, $"Lease {reveal.Lease} has revealed something else already.");
        if (copy.Stage != CopyStage.Committed || !MayReveal(task)) throw NotYet(reveal.Lease);

        CheckOpening(worker, reveal, task, copy, finalState, result, domain);
        return With(task.With(copy with { Stage = CopyStage.Revealed, Reveal = message, Result = result, Due = null }))
            .Tell(JobEventKind.Revealed, task.Key, worker)
            .Compare(task.Key, now, terms);
    }

    /// <summary>Equal traces end the task; different ones start a dispute.</summary>
    private SchedulerJob Compare(TaskKey key, DateTimeOffset now, SchedulerTerms terms)
    {
        var task = Tasks[key];
        if (task.Stage != TaskStage.Open || task.Dispute is not null) return this;
        var revealed = task.Copies.Where(copy => copy.Stage == CopyStage.Revealed).ToList();
        var sides = revealed.DistinctBy(copy => copy.Result!.Root).ToList();
        if (sides.Count > 1) return StartDispute(task, sides[0], sides[1], now, terms);
        if (revealed.Count < task.Copies.Length) return this;
        if (SpotCheck(task, revealed[0], now, terms) is { } checking) return checking;

        var result = revealed[0].Result!;
        var state = With(task with { Stage = TaskStage.Agreed, Result = result })
            .Tell(JobEventKind.Agreed, key, detail: $"{revealed.Count} equal traces of {task.Steps} steps");
        return !key.IsClosing && result.Checkpoint is null
            ? state.Fail($"Training diverged in task {key}: every worker found the same.") : state;
    }

    private SchedulerJob CallForReveals(TaskKey key, DateTimeOffset now, SchedulerTerms terms)
    {
        var task = Tasks[key];
        if (!MayReveal(task)) return this;
        return With(task with { Copies = [.. task.Copies.Select(Called)] });

        Copy Called(Copy copy) => copy is { Stage: CopyStage.Committed, Due: null } ? copy with { Due = RevealDue(now, terms) } : copy;
    }

    private void CheckOpening(Address worker, Reveal reveal, TaskState task, Copy copy, Digest finalState, RevealedResult result,
        JobDomain domain)
    {
        var commit = copy.Commit!.Read<Commit>();
        if (Commitments.ToTrace(domain, Terms.Order, Terms.Plan, reveal.Lease, task.Key, reveal.Root, worker, reveal.Salt) != commit.Trace)
            throw new ProtocolException(Refusal.CommitmentBroken, "The revealed root and salt are not what was committed to.");
        if (reveal.First.Step != 0 || reveal.Last.Step != task.Steps
            || !StepTree.Verify(reveal.Root, task.Steps + 1, reveal.First) || !StepTree.Verify(reveal.Root, task.Steps + 1, reveal.Last))
            throw new ProtocolException(Refusal.ProofBroken,
                $"The first and the last of {task.Steps + 1} states are not shown to be in the trace.");
        if (reveal.First.State != task.Start)
            throw new ProtocolException(Refusal.WrongStart,
                $"The task starts from state {task.Start}, the trace from {reveal.First.State}.");
        if (reveal.Measurement != Measurement)
            throw new ProtocolException(Refusal.WrongStart, $"The task measures by {Measurement}, the trace by {reveal.Measurement}.");
        if (reveal.Last.State != finalState)
            throw new ProtocolException(Refusal.StateBroken,
                $"The attached state has hash {finalState}, the trace ends in {reveal.Last.State}.");
        if (copy.Heard is { } heard && !(reveal.Heard is { } shown && shown.Step == heard.Step && shown.State == heard.State
            && StepTree.Verify(reveal.Root, task.Steps + 1, shown)))
            throw new ProtocolException(Refusal.ProofBroken,
                $"The state that was reported after step {heard.Step} is not shown to be in the trace.");
        if (task.Key.IsClosing) CheckReceipt(worker, reveal, commit, result.Outcome!, domain);
    }

    private void CheckReceipt(Address worker, Reveal reveal, Commit commit, RunOutcomes outcome, JobDomain domain)
    {
        var result = outcome.ResultHash(Terms.Kind);
        var salt = Commitments.ReceiptSalt(Terms.Order, Terms.Plan, reveal.Salt);
        if (JobHashes.Commitment(Id, worker, result, outcome.Metric, salt) != commit.Result)
            throw new ProtocolException(Refusal.CommitmentBroken, "The outcome is not the one that was committed to.");
        if (reveal.Receipt is not { } receipt || !receipt.IsBy(worker, JobHashes.Receipt(domain, Id, result, outcome.Metric, salt)))
            throw new ProtocolException(Refusal.BadSignature, "The receipt for the ledger is missing or is not signed by the worker.");
    }

    private bool MustBeAnchored(TaskKey key) => key.IsClosing || Plan.AnchorRounds;

    private bool IsAnchored(TaskState task) =>
        Anchor is { OnLedger: true } anchor && task.Copies.All(copy => anchor.Leases.Contains(copy.Lease));

    private List<Copy> CommittedCopies() =>
        [.. Tasks.Values.SelectMany(task => task.Copies).Where(copy => copy.Commit is not null).OrderBy(copy => copy.Lease)];

    /// <summary>
    /// The tree over the commitments of some copies, in the order of their leases: the trace's, and for the closing task the result's too.
    /// </summary>
    private static MerkleTree CommitmentTree(IEnumerable<Copy> copies) =>
        new([.. Committed(copies).Select(commitment => Keccak.Hash(commitment.AsSpan()))]);

    private static IEnumerable<Hash32> Committed(IEnumerable<Copy> copies) =>
        copies.Select(copy => copy.Commit!.Read<Commit>())
            .SelectMany(commit => commit.Result is { } result ? new[] { commit.Trace, result } : [commit.Trace]);
}
