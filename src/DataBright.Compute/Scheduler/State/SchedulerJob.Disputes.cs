using DataBright.Compute.Jobs;
using DataBright.Compute.Ledger;
using DataBright.Compute.Protocol;
using DataBright.Compute.Traces;
using DataBright.Ethereum;
using DataBright.Storage;

namespace DataBright.Compute.Scheduler.State;

// Two traces differ. Both parties open the same nodes of their trees, left before right, until one leaf is left: the first step they
// disagree on.
// Everything before it is equal, so either's state before that step is the one the referee starts from.
public sealed partial record SchedulerJob
{
    /// <summary>Disputes that wait for the referee.</summary>
    public IEnumerable<TaskState> Judging => Tasks.Values.Where(task => task.Dispute is { Stage: DisputeStage.Judging });

    /// <summary>What the holder of a lease is asked in a dispute, if anything.</summary>
    public Question? QuestionFor(TaskState task, Copy copy)
    {
        if (task.Dispute is not { Stage: not DisputeStage.Judging } dispute) return null;
        if (dispute.PartyOf(copy.Lease)?.HasAnswered(dispute.Stage) != false) return null;
        var lease = new LeaseId(Id, copy.Lease);
        return dispute.Stage == DisputeStage.Narrowing
            ? new Question(lease, task.Key, dispute.Number, dispute.Node, Step: null)
            : new Question(lease, task.Key, dispute.Number, Open: null, dispute.Node.First);
    }

    /// <summary>A party answers.</summary>
    /// <param name="worker">The signer.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="shown">The attached state's hash and step, if one is attached.</param>
    /// <param name="state">Where the attached state is kept.</param>
    /// <param name="now">The time.</param>
    /// <param name="terms">Terms.</param>
    /// <exception cref="ProtocolException">Nobody asked, or the answer does not fit what the party has committed to.</exception>
    public SchedulerJob Answer(Address worker, Answer answer, Progress? shown, Cid? state, DateTimeOffset now, SchedulerTerms terms)
    {
        var (task, copy, dispute, party) = Asked(worker, answer);
        // An answer to an earlier question, or a second one to this: it has been heard.
        if (answer.Number < dispute.Number || dispute.Stage == DisputeStage.Judging || party.HasAnswered(dispute.Stage)) return this;

        var answered = dispute.Stage == DisputeStage.Narrowing
            ? Opened(party, answer)
            : Shown(party, answer, copy.Result!.Root, task.Steps, dispute.Node.First, shown, state);
        return With(task with { Dispute = dispute.With(answered) }).Proceed(task.Key, now, terms);
    }

    /// <summary>The task that a worker was asked about: looked up before the state that it sends is read.</summary>
    /// <exception cref="ProtocolException">Nobody asked.</exception>
    public TaskState RequireQuestion(Address worker, Answer answer) => Asked(worker, answer).Task;

    /// <summary>The referee has spoken: liars lose every copy they hold, and what is left is compared again.</summary>
    /// <param name="key">The task.</param>
    /// <param name="number">The dispute that was judged. One that is over meanwhile decides nothing, but who lied has lied.</param>
    /// <param name="verdicts">What the referee found.</param>
    /// <param name="now">The time.</param>
    /// <param name="terms">Terms.</param>
    public SchedulerJob Judged(TaskKey key, int number, IReadOnlyList<SignedVerdict> verdicts, DateTimeOffset now, SchedulerTerms terms)
    {
        if (!Tasks.TryGetValue(key, out var task) || task.Dispute is not { Stage: DisputeStage.Judging } dispute
            || dispute.Number != number)
            return JudgedLate(key, verdicts, now, terms);
        var state =
            With(task with { Dispute = null, Checked = dispute.Parties.Length == 1 ? task.Checked.Add(dispute.Node.First) : task.Checked })
                .Tell(JobEventKind.Judged, key, detail: $"step {dispute.Node.First} of {task.Steps} was executed again");
        foreach (var verdict in verdicts) state = state.Convict(key, verdict);
        return state.Compare(key, now, terms);
    }

    /// <summary>Verdicts that the ledger has not been told of, and can be.</summary>
    public IEnumerable<SignedVerdict> Unreported => Participants.Values
        .Where(participant => participant is { Verdict: not null, OnLedger: false, IsUnreportable: false })
        .Select(participant => participant.Verdict!);

    /// <summary>The ledger will never take the verdict on a worker: nothing waits for it any more.</summary>
    public SchedulerJob Unreportable(Address worker, string reason) =>
        (this with { Participants = Participants.SetItem(worker, Participants[worker] with { IsUnreportable = true }) })
        .Tell(JobEventKind.Judged, worker: worker, detail: $"the ledger does not take the verdict: {reason}");

    public SchedulerJob Reported(Address worker) =>
        this with { Participants = Participants.SetItem(worker, Participants[worker] with { OnLedger = true }) };

    private SchedulerJob StartDispute(TaskState task, Copy left, Copy right, DateTimeOffset now, SchedulerTerms terms)
    {
        var dispute = new Dispute(
            [new DisputeParty(left.Lease, left.Result!.Root), new DisputeParty(right.Lease, right.Result!.Root)],
            new StepRange(0, task.Steps + 1), DisputeStage.Narrowing, Number: NextLease, AnswerDue([left, right], now, terms));
        return (With(task with { Dispute = dispute }) with { NextLease = NextLease + 1 })
            .Tell(JobEventKind.Disputed, task.Key, detail: $"{left.Worker} and {right.Worker} differ somewhere in {task.Steps} steps");
    }

    private static DisputeParty Opened(DisputeParty party, Answer answer)
    {
        if (answer.Opened is not { } opened)
            throw new ProtocolException(Refusal.Malformed, "The question asks for the two children of a node.");
        if (StepTree.NodeHash(opened.Left, opened.Right) != party.Node)
            throw new ProtocolException(Refusal.ProofBroken, "These are not the children of the node that was committed to.");
        return party with { Opened = opened };
    }

    private static DisputeParty Shown(DisputeParty party, Answer answer, Digest root, int steps, int step, Progress? shown, Cid? state)
    {
        if (answer.Before is not { } before || answer.After is not { } after || shown is null)
            throw new ProtocolException(Refusal.Malformed, "The question asks for the state before a step and for both proofs.");
        if (before.Step != step - 1 || after.Step != step || !StepTree.Verify(root, steps + 1, before)
            || !StepTree.Verify(root, steps + 1, after))
            throw new ProtocolException(Refusal.ProofBroken, $"The states before and after step {step} are not shown to be in the trace.");
        // A trace may hold a state of another step. The referee cannot start from it, so nobody gets there.
        if (before.State != shown.State || before.Step != shown.Step)
            throw new ProtocolException(
                Refusal.StateBroken,
                $"The attached state is of step {shown.Step} and has hash {shown.State}; the trace has {before.State} before step {step}.");
        return party with { Before = before, After = after, State = state };
    }

    private SchedulerJob Proceed(TaskKey key, DateTimeOffset now, SchedulerTerms terms)
    {
        var task = Tasks[key];
        var dispute = task.Dispute!;
        if (!dispute.IsAnswered) return this;
        if (dispute.Stage == DisputeStage.Showing) return With(task with { Dispute = dispute with { Stage = DisputeStage.Judging } });

        var (left, right) = dispute.Node.Children();
        var goesLeft = dispute.Parties[0].Opened!.Left != dispute.Parties[1].Opened!.Left;
        var node = goesLeft ? left : right;
        var narrowed = new Dispute(
            [.. dispute.Parties.Select(party => new DisputeParty(party.Lease, goesLeft ? party.Opened!.Left : party.Opened!.Right))],
            node, node.IsLeaf ? DisputeStage.Showing : DisputeStage.Narrowing, NextLease,
            AnswerDue(dispute.Parties.Select(party => task.FindLease(party.Lease)!), now, terms));
        return (With(task with { Dispute = narrowed }) with { NextLease = NextLease + 1 })
            .Tell(JobEventKind.Narrowed, key, detail: node.IsLeaf ? $"they first differ after step {node.First}"
                : $"they first differ in steps {node.First} to {node.First + node.Count - 1}");
    }

    private SchedulerJob ExpireDispute(TaskKey key, DateTimeOffset now)
    {
        var task = Tasks[key];
        if (task.Dispute is not { Stage: not DisputeStage.Judging } dispute || dispute.Due >= now) return this;
        var state = With(task with { Dispute = null });
        foreach (var party in dispute.Parties.Where(party => !party.HasAnswered(dispute.Stage)))
        {
            var silent = task.FindLease(party.Lease)!.Worker;
            state = state.Lapsed(silent, now).Dismiss(silent, LeaseStanding.Silent, LeaseEnd.Silent);
        }

        return state;
    }

    private (TaskState Task, Copy Copy, Dispute Dispute, DisputeParty Party) Asked(Address worker, Answer answer)
    {
        var (task, copy) = Held(worker, answer.Lease, task: null);
        if (task.Dispute is { } dispute && dispute.PartyOf(copy.Lease) is { } party && answer.Number <= dispute.Number)
            return (task, copy, dispute, party);
        throw new ProtocolException(Refusal.OutOfTurn, $"Question {answer.Number} about lease {answer.Lease} was not asked.");
    }

    private SchedulerJob JudgedLate(TaskKey key, IReadOnlyList<SignedVerdict> verdicts, DateTimeOffset now, SchedulerTerms terms)
    {
        var state = verdicts.Where(verdict => Participants.GetValueOrDefault(verdict.Worker) is { Verdict: null })
            .Aggregate(this, (current, verdict) => current.Convict(key, verdict));
        return ReferenceEquals(state, this) || IsOver || !Tasks.ContainsKey(key) ? state : state.Compare(key, now, terms);
    }

    private SchedulerJob Convict(TaskKey key, SignedVerdict verdict)
    {
        var state = Dismiss(verdict.Worker, LeaseStanding.Convicted, LeaseEnd.Convicted);
        return (state with { Participants = state.Participants.SetItem(verdict.Worker,
            state.Participants[verdict.Worker] with { Verdict = verdict }) })
            .Tell(JobEventKind.Convicted, key, verdict.Worker, $"evidence {verdict.Evidence}");
    }

    /// <summary>A worker loses every copy that is not agreed on yet.</summary>
    private SchedulerJob Dismiss(Address worker, LeaseStanding standing, string reason)
    {
        var state = this with { Participants = Participants.SetItem(worker, Participants[worker] with { Standing = standing }) };
        foreach (var task in Tasks.Values.Where(task => task.Stage == TaskStage.Open))
            foreach (var copy in task.Copies.Where(copy => copy.Stage != CopyStage.Vacant && copy.Worker == worker))
            {
                state = state.Vacate(task.Key, copy.Index, reason);
                // Whatever its stage: a dispute that waits for its judgement has lost a party, and with it what the dossier is made of.
                if (state.Tasks[task.Key].Dispute is { } other && other.PartyOf(copy.Lease) is not null)
                    state = state.With(state.Tasks[task.Key] with { Dispute = null });
            }

        return state;
    }
}
