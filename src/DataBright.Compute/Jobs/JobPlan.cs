using System.Text.Json;
using DataBright.Ethereum;
using DataBright.Learning;
using DataBright.Learning.Networks;
using DataBright.Learning.Training;
using DataBright.Market;

namespace DataBright.Compute.Jobs;

/// <summary>
/// Everything that decides a job's result, as one canonical document. Its SHA-256 is what the buyer's order on the ledger names,
/// so the scheduler, the workers, the referee and every later auditor compute the same thing or notice that they do not.
/// </summary>
/// <param name="Format">Always <see cref="CurrentFormat"/>.</param>
/// <param name="Kind">Training or evaluation.</param>
/// <param name="Dataset">The dataset whose shards are used.</param>
/// <param name="Version">The dataset's version root that the buyer saw.</param>
/// <param name="Architecture">What is trained.</param>
/// <param name="Optimiser">How it is trained.</param>
/// <param name="BatchSize">Examples per step.</param>
/// <param name="Rounds">How often the partitions' checkpoints are averaged.</param>
/// <param name="EpochsPerRound">Passes over a partition between two averages.</param>
/// <param name="Partitions">Parts that every shard is cut into; a worker keeps its part.</param>
/// <param name="Redundancy">Workers per task: 1 (none), 2 (refereed pair) or 3.</param>
/// <param name="DataLimitBps">The share of the job's points that one operator may see over the life of the job, in hundredths of a percent.</param>
/// <param name="AnchorRounds">Whether the commitments of training tasks, too, are anchored before anyone may reveal. The seal's always are.</param>
/// <param name="Shards">All shards that some run uses.</param>
/// <param name="HeldOut">The points that accuracy is measured on.</param>
/// <param name="Runs">One for a training job; several for an evaluation.</param>
/// <param name="SchedulerFee">What the scheduler gets of the job's pay; the rest is the workers'.</param>
/// <param name="SpotChecks">Steps of every task that the referee executes again although nobody disagrees.</param>
public sealed record JobPlan(
    string Format,
    JobKind Kind,
    DatasetId Dataset,
    Hash32 Version,
    Architecture Architecture,
    Optimiser Optimiser,
    int BatchSize,
    int Rounds,
    int EpochsPerRound,
    int Partitions,
    int Redundancy,
    int DataLimitBps,
    bool AnchorRounds,
    IReadOnlyList<ShardReference> Shards,
    ShardReference HeldOut,
    IReadOnlyList<RunPlan> Runs,
    Money SchedulerFee = default,
    int SpotChecks = 0)
{
    public const string CurrentFormat = "databright.job/1";

    /// <summary>A plan is one raw block in every store, so that its digest alone finds it.</summary>
    public const int MaxBytes = 256 * 1024;

    /// <summary>The canonical document.</summary>
    public byte[] ToJson() => CanonicalJson.Write(this);

    public Digest Digest => Digest.Of(ToJson());

    /// <exception cref="BadPlanException">The document is not a plan, or one that makes no sense.</exception>
    public static JobPlan Parse(ReadOnlySpan<byte> json)
    {
        if (json.Length > MaxBytes) throw new BadPlanException($"it has {json.Length} bytes; at most {MaxBytes} are allowed");
        try
        {
            var plan = CanonicalJson.Read<JobPlan>(json);
            PlanRules.Check(plan);
            return plan;
        }
        catch (JsonException fault)
        {
            throw new BadPlanException(fault.Message, fault);
        }
    }

    /// <summary>Every task of the job, in order; the seal is the last.</summary>
    public IEnumerable<TaskKey> Tasks()
    {
        for (var round = 0; round < Rounds; round++)
            for (var run = 0; run < Runs.Count; run++)
                for (var partition = 0; partition < Partitions; partition++)
                    yield return new TaskKey(run, round, partition);
        yield return TaskKey.Seal;
    }

    /// <summary>Points of one partition that a run trains on.</summary>
    public int PointsOf(int run, int partition) => Runs[run].Shards.Sum(shard => Slice.Of(Shards[shard].Count, Partitions, partition).Count);

    /// <summary>Points of one partition over all shards: what holding a seat there shows at most.</summary>
    public long PointsIn(int partition) => Shards.Sum(shard => (long)Slice.Of(shard.Count, Partitions, partition).Count);

    /// <summary>All points of the job.</summary>
    public long TotalPoints => Shards.Sum(shard => (long)shard.Count);

    /// <summary>The most points that one operator may see.</summary>
    public long DataLimit => TotalPoints * DataLimitBps / 10_000;
}

/// <summary>A contiguous part of a shard.</summary>
public readonly record struct Slice(int First, int Count)
{
    /// <summary>Cuts <paramref name="count"/> points into parts whose sizes differ by at most one.</summary>
    public static Slice Of(int count, int parts, int part)
    {
        var first = (int)((long)count * part / parts);
        var next = (int)((long)count * (part + 1) / parts);
        return new Slice(first, next - first);
    }
}

/// <summary>A job plan that cannot be carried out. The message says what is wrong with it.</summary>
public sealed class BadPlanException(string problem, Exception? cause = null) : Exception($"The job plan cannot be used: {problem}.", cause)
{
    public string Problem { get; } = problem;
}
