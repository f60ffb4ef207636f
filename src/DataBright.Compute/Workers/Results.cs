using DataBright.Compute.Jobs;
using DataBright.Compute.Ledger;
using DataBright.Compute.Protocol;
using DataBright.Compute.Tasks;
using DataBright.Compute.Traces;
using DataBright.Ethereum;

namespace DataBright.Compute.Workers;

/// <summary>What a worker says about a finished trace: the commitment, its opening, and answers about it.</summary>
internal sealed class Results(JobPlan plan, TaskOrder order, TraceLog log, EthereumKey key, JobDomain domain)
{
    private readonly Digest[] _hashes = log.Hashes();

    public Commit Commit()
    {
        RequireComplete();
        var trace = Commitments.ToTrace(domain, order.Order, order.Plan, order.Lease, order.Task, StepTree.Root(_hashes), key.Address,
            log.Salt());
        return new Commit(order.Lease, order.Task, trace, order.Task.IsClosing ? Commitment(Outcome()) : null);
    }

    /// <param name="heard">The step of the last heartbeat that the scheduler has believed; null where there was none.</param>
    public (Reveal Reveal, byte[] State) Reveal(int? heard)
    {
        RequireComplete();
        var receipt = order.Task.IsClosing ? Receipt(Outcome()) : (Signature?)null;
        var reveal = new Reveal(order.Lease, order.Task, StepTree.Root(_hashes), log.Salt(), StepTree.Prove(_hashes, 0),
            StepTree.Prove(_hashes, _hashes.Length - 1), receipt, Heard(heard), order.Inputs.Measurement);
        return (reveal, FinalState());
    }

    public (Answer Answer, byte[] State) Answer(Question question, TaskWork work)
    {
        RequireComplete();
        if (question.Step is { } step)
        {
            if (step < 1 || step >= _hashes.Length) throw new MalformedInputException("question", $"the trace has no step {step}");
            return (new Answer(question.Lease, question.Number, null, StepTree.Prove(_hashes, step - 1), StepTree.Prove(_hashes, step)),
                work.StateAt(step - 1));
        }

        if (question.Open is not { Count: > 1 } node) throw new MalformedInputException("question", "it names no node");
        StepTree.RequireNode(node, _hashes.Length);
        var (left, right) = node.Children();
        return (new Answer(question.Lease, question.Number,
            new NodeOpening(StepTree.NodeHash(_hashes, left), StepTree.NodeHash(_hashes, right))), []);
    }

    private StepProof? Heard(int? step) => step switch
    {
        null => null,
        { } at when at >= 0 && at < _hashes.Length => StepTree.Prove(_hashes, at),
        _ => throw new MalformedInputException("reveal", $"the trace has no step {step}"),
    };

    private Hash32 ReceiptSalt => Commitments.ReceiptSalt(order.Order, order.Plan, log.Salt());

    private RunOutcomes Outcome() => ClosingState.Parse(FinalState()).Outcome;

    private Hash32 Commitment(RunOutcomes outcome) =>
        JobHashes.Commitment(order.Lease.Job, key.Address, outcome.ResultHash(plan.Kind), outcome.Metric, ReceiptSalt);

    private Signature Receipt(RunOutcomes outcome) =>
        key.Sign(JobHashes.Receipt(domain, order.Lease.Job, outcome.ResultHash(plan.Kind), outcome.Metric, ReceiptSalt));

    private byte[] FinalState() =>
        log.FindState(_hashes.Length - 1, plan, order.Task, _hashes) is { } final && final.Step == _hashes.Length - 1
            ? final.State
            : throw new MalformedInputException(log.Folder, "the last state is missing");

    private void RequireComplete()
    {
        var expected = TaskSteps.Of(plan, order.Task) + 1;
        if (_hashes.Length != expected)
            throw new MalformedInputException(log.Folder, $"the trace has {_hashes.Length} of {expected} states");
    }
}
