using System.Text.Json.Serialization;
using DataBright.Market.Jobs;
using DataBright.Storage;

namespace DataBright.Compute.Jobs;

/// <summary>What one run came to.</summary>
/// <param name="Run">The run's name.</param>
/// <param name="Checkpoint">Hash of its final checkpoint.</param>
/// <param name="Correct">Held-out points that it classifies correctly.</param>
/// <param name="Total">Held-out points.</param>
public sealed record RunOutcome(string Run, Digest Checkpoint, int Correct, int Total);

/// <summary>What a job came to: the result that its workers sign and the ledger compares.</summary>
/// <param name="Runs">Its runs, in the plan's order.</param>
/// <param name="Measurement">What an evaluation was computed with.</param>
public sealed record RunOutcomes(
    IReadOnlyList<RunOutcome> Runs,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] MeasurementInputs? Measurement = null)
{
    /// <summary>Accuracy on the ledger is in millionths.</summary>
    public const uint MetricScale = 1_000_000;

    /// <summary>For a training job the hash of its checkpoint; for an evaluation the hash of this document.</summary>
    public Hash32 ResultHash(JobKind kind) =>
        (kind == JobKind.Training ? Runs[0].Checkpoint : Digest.Of(CanonicalJson.Write(this))).ToHash32();

    /// <summary>
    /// The mean accuracy of all runs, in millionths, rounded down. A run that measured nothing, or says what cannot be, counts as zero.
    /// Receipts are compared by it; of a measurement it is the mean of both sides, which is shown to nobody.
    /// </summary>
    [JsonIgnore]
    public uint Metric => Runs.Count == 0 ? 0 : (uint)(Runs.Aggregate(0UL, (sum, run) => sum + MillionthsOf(run)) / (ulong)Runs.Count);

    private static ulong MillionthsOf(RunOutcome run) =>
        run.Total > 0 && run.Correct >= 0 && run.Correct <= run.Total ? (ulong)run.Correct * MetricScale / (ulong)run.Total : 0;
}
