using DataBright.Compute.Jobs;
using DataBright.Ethereum;
using DataBright.Learning;
using DataBright.Market;
using DataBright.Market.Jobs;
using DataBright.Market.Proposals;
using DataBright.Market.Storage;

namespace DataBright.Compute.Evaluations;

/// <summary>
/// The referee's part in an evaluation: it reads the settled job from the ledger, the measurements from the files, and signs what they
/// come to for the proposal. It believes nobody: the measurements must hash to the result that the contract compared, and the plan must
/// compare like with like.
/// </summary>
public sealed class EvaluationAttestor(EthereumKey key, Market.Ledger ledger, IBlobStore blobs, TimeProvider clock)
{
    private static readonly TimeSpan Validity = TimeSpan.FromDays(7);

    /// <summary>Signs the measurement of the proposal that the job evaluated.</summary>
    /// <exception cref="EvaluationRefusedException">The job is not a settled evaluation, or its files do not fit.</exception>
    public async Task<Attested> AttestAsync(JobId job, CancellationToken stop)
    {
        var ended = await new JobHistory(ledger).FindSettledAsync(job, stop) ?? throw new EvaluationRefusedException($"Job {job} is not settled; wait for its end.");
        if (ended.Order.Proposal is not { } proposalId) throw new EvaluationRefusedException($"Job {job} trains a model; it evaluates no proposal.");
        var proposal = await ledger.Proposals.FindAsync(proposalId, stop) ?? throw new EvaluationRefusedException($"The ledger has no proposal {proposalId}.");
        var plan = JobPlan.Parse(await blobs.ReadAsync(Cid.Raw(ended.Order.Plan), JobPlan.MaxBytes, stop));
        await new FairComparison(ledger, blobs).RequireAsync(plan, proposal, stop);
        var outcome = CanonicalJson.Read<Compute.Jobs.JobOutcome>(await blobs.ReadAsync(Cid.Raw(ended.Outcome.Result), JobPlan.MaxBytes, stop));

        var gain = MeasuredGain.Of(plan, proposal.Shard, outcome);
        var statement = new EvaluationStatement(
            proposal.Dataset, proposalId, Ppm(gain.Before), Ppm(gain.After), outcome.Runs[^1].Checkpoint, job, clock.GetUtcNow() + Validity);
        return new Attested(ledger.Proposals.Statements.Sign(statement, key), gain);
    }

    private static int Ppm(double accuracy) => (int)Math.Floor(accuracy * Compute.Jobs.JobOutcome.MetricScale);
}

/// <summary>A referee's signature under an evaluation, and the figures behind it.</summary>
public sealed record Attested(Signed<EvaluationStatement> Signed, MeasuredGain Gain);

/// <summary>The referee does not sign. The message says why and what to do.</summary>
public sealed class EvaluationRefusedException(string message) : Exception(message);
