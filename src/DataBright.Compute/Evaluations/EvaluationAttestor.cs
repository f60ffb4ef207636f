using DataBright.Compute.Jobs;
using DataBright.Compute.Points;
using DataBright.Ethereum;
using DataBright.Market;
using DataBright.Market.Datasets;
using DataBright.Market.Jobs;
using DataBright.Market.Proposals;
using DataBright.Storage;

namespace DataBright.Compute.Evaluations;

/// <summary>
/// The referee's part in an evaluation: it reads the settled job from the ledger, the measurements from the files, and signs what they
/// come to for the proposal. It believes nobody: the measurements must hash to the result that the contract compared, and the plan must
/// compare like with like.
/// </summary>
public sealed class EvaluationAttestor(EthereumKey key, Market.Ledger ledger, IBlobStore blobs, IShardSource shards, TimeProvider clock)
{
    private readonly MeasuredPoints _points = new(shards);

    private static readonly TimeSpan Validity = TimeSpan.FromDays(7);

    /// <summary>Signs the measurement of the proposal that the job evaluated.</summary>
    /// <exception cref="AttestationRefusedException">The job is not a settled evaluation, or its files do not fit.</exception>
    public async Task<Attested> AttestAsync(JobId job, CancellationToken stop)
    {
        var ended = await new JobHistory(ledger).FindSettledAsync(job, stop)
            ?? throw new AttestationRefusedException($"Job {job} is not settled; wait for its end.");
        if (ended.Order.Proposal is not { } proposalId)
            throw new AttestationRefusedException($"Job {job} trains a model; it evaluates no proposal.");
        var proposal = await ledger.Proposals.FindAsync(proposalId, stop)
            ?? throw new AttestationRefusedException($"The ledger has no proposal {proposalId}.");
        var plan = JobPlan.Parse(await blobs.ReadAsync(Cid.Raw(ended.Order.Plan), JobPlan.MaxBytes, stop));
        await new FairComparison(ledger, blobs).RequireAsync(plan, proposal, stop);
        var outcome =
            CanonicalJson.Read<Compute.Jobs.RunOutcomes>(await blobs.ReadAsync(Cid.Raw(ended.Outcome.Result), JobPlan.MaxBytes, stop));

        RequireSeeds(job, outcome.Measurement?.Beacon, await ledger.Jobs.MeasurementBeaconAsync(proposalId, stop));
        var copies = await CopiesAsync(job, plan, outcome, stop);

        var gain = MeasuredGain.Of(plan, proposal.Shard, outcome);
        var (before, after) = (Ppm(gain.Before), Ppm(gain.After));
        var statement = new EvaluationStatement(
            proposal.Dataset, proposalId, before, after, Math.Clamp(Ppm(gain.Low), -JobMetric, after - before),
            proposal.Count - copies, copies,
            (await ledger.Datasets.FindAsync(proposal.Dataset, stop))!.Measurement, outcome.Runs[^1].Checkpoint, job,
            clock.GetUtcNow() + Validity);
        return new Attested(ledger.Proposals.Statements.Sign(statement, key), gain);
    }

    /// <summary>The copies among the points, found again here: a measurement that left out more, or fewer, is signed by nobody.</summary>
    private async Task<int> CopiesAsync(JobId job, JobPlan plan, Compute.Jobs.RunOutcomes outcome, CancellationToken stop)
    {
        int copies;
        try
        {
            copies = (await _points.CopiesAsync(plan, stop)).Count;
        }
        catch (DataBrightException fault) when (fault is ShardUnreadableException or OfferTooLargeException)
        {
            throw new AttestationRefusedException(
                $"Whether there are copies among the points that job {job} measured cannot be seen: {fault.Message}");
        }

        return copies == outcome.Measurement?.Copies
            ? copies
            : throw new AttestationRefusedException(
                $"Job {job} left {outcome.Measurement?.Copies} points of the proposal out, and {copies} are copies of others.");
    }

    /// <summary>All measurements of a proposal have the seeds of the first that was drawn: buying another draws no better ones.</summary>
    /// <exception cref="AttestationRefusedException">The seeds follow from something else.</exception>
    internal static void RequireSeeds(JobId job, Hash32? used, Hash32? beacon)
    {
        if (used is null || used != beacon)
            throw new AttestationRefusedException(
                $"The seeds of job {job} do not follow from the proposal's first draw on the ledger: they may have been chosen to suit the "
                + "points.");
    }

    private const int JobMetric = (int)Compute.Jobs.RunOutcomes.MetricScale;

    private static int Ppm(double accuracy) => (int)Math.Floor(accuracy * Compute.Jobs.RunOutcomes.MetricScale);
}

/// <summary>A referee's signature under an evaluation, and the figures behind it.</summary>
public sealed record Attested(Signed<EvaluationStatement> Signed, MeasuredGain Gain);

/// <summary>The referee does not sign. The message says why and what to do.</summary>
public sealed class AttestationRefusedException(string message) : RefusedException(FailureKind.Invalid, null, message);
