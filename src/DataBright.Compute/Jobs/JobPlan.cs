using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization;
using DataBright.Learning.Examples;
using DataBright.Learning.Networks;
using DataBright.Learning.Training;
using DataBright.Learning.Valuation;
using DataBright.Market;
using DataBright.Market.Jobs;
using DataBright.Storage;

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
/// <param name="EpochsPerRound">Passes over a partition between two averages; 0 where the steps are given.</param>
/// <param name="Partitions">Parts that every shard is cut into; a worker keeps its part.</param>
/// <param name="Redundancy">Workers per task: 1 (none), 2 (refereed pair) or 3.</param>
/// <param name="DataLimitBps">The share of the job's points that one operator may see over the life of the job, in hundredths of a
/// percent.</param>
/// <param name="AnchorRounds">Whether the commitments of training tasks, too, are anchored before anyone may reveal. The closing task's
/// always are.</param>
/// <param name="Shards">All shards that some run uses.</param>
/// <param name="HeldOut">The points that accuracy is measured on.</param>
/// <param name="Runs">One for a training job; several for an evaluation.</param>
/// <param name="SchedulerFee">What the scheduler gets of the job's pay; the rest is the workers'.</param>
/// <param name="SpotChecks">Steps of every task that the referee executes again although nobody disagrees.</param>
/// <param name="StepsPerRound">Steps of every training task, whatever its points: so an evaluation trains both its sides for as long. 0
/// where epochs are given.</param>
/// <param name="OrderSeed">Partitions are slices of a permutation of each shard's points that follows from it; null for slices of the shard
/// as it lies, as plans of before have.</param>
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
    int SpotChecks = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int StepsPerRound = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ulong? OrderSeed = null)
{
    public const string CurrentFormat = "databright.job/1";

    /// <summary>What an evaluation leaves out: it follows from the points, so it is no part of the document.</summary>
    [JsonIgnore]
    public LeftOut LeftOut { get; private init; }

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

    /// <summary>Every task of the job, in order; the closing task is the last.</summary>
    public IEnumerable<TaskKey> Tasks()
    {
        for (var round = 0; round < Rounds; round++)
            for (var run = 0; run < Runs.Count; run++)
                for (var partition = 0; partition < Partitions; partition++)
                    yield return new TaskKey(run, round, partition);
        yield return TaskKey.Closing;
    }

    /// <summary>Points of one partition that a run trains on, each counted once.</summary>
    public int PointsOf(int run, int partition) =>
        Runs[run].Shards.Sum(shard => PartitionSlice.Of(CountOf(shard), Partitions, partition).Count);

    /// <summary>Points of one partition that a run repeats in place of proposed ones.</summary>
    public int RepeatsOf(int run, int partition) => PartitionSlice.Of(Runs[run].Repeats, Partitions, partition).Count;

    /// <summary>
    /// Which points those are, by shard and place. They come from all that the run has, and not from the partition's own: proposed points,
    /// too, bring a partition what others have, and where copies did that alone the partition would learn from them.
    /// </summary>
    public IReadOnlyList<(int Shard, int Place)> RepeatedIn(TaskKey task)
    {
        var shards = Runs[task.Run].Shards;
        var drawn = Control.Draw(shards.Sum(CountOf), RepeatsOf(task.Run, task.Partition), TaskSteps.Seed(this, task));
        return [.. drawn.Select(place =>
        {
            var shard = 0;
            for (; place >= CountOf(shards[shard]); shard++) place -= CountOf(shards[shard]);
            return (shards[shard], place);
        })];
    }

    /// <summary>
    /// The plan as it is computed once it is known by what: the seeds of an evaluation follow from the beacon, so that nobody chose points
    /// to suit seeds, or seeds to suit points; and copies among the proposed points are left out. A training job keeps its seeds: who pays
    /// for a model may choose them.
    /// </summary>
    /// <exception cref="BadPlanException">So many copies cannot be left out.</exception>
    public JobPlan MeasuredWith(MeasurementInputs measurement)
    {
        if (Kind != JobKind.Evaluation) return this;
        var offer = ProposedShard;
        if (measurement.Copies != 0 && (measurement.Copies < 0 || offer < 0 || measurement.Copies >= Shards[offer].Count))
            throw new BadPlanException($"{measurement.Copies} copies cannot be left out of what it measures");
        var drawn = this with
        {
            LeftOut = new LeftOut(offer, measurement.Copies),
            Runs = [.. Runs.Select(run => run
                with { Seed = SeedOf(measurement.Beacon, run.Seed), Repeats = Math.Max(0, run.Repeats - measurement.Copies) })],
        };
        return drawn with { BatchSize = (int)Math.Clamp(drawn.Runs.Min(drawn.MinPoints), 1, BatchSize) };
    }

    /// <summary>Points of a shard that the job uses.</summary>
    public int CountOf(int shard) => Shards[shard].Count - (LeftOut.Shard == shard ? LeftOut.Points : 0);

    /// <summary>The shard that some runs of an evaluation go without; −1 where there is not exactly one.</summary>
    [JsonIgnore]
    public int ProposedShard =>
        Kind == JobKind.Evaluation && Enumerable.Range(0, Shards.Count).Where(shard => Runs.Any(run => !run.Shards.Contains(shard)))
            .ToList() is [var only] ? only : -1;

    /// <summary>Points that a run has in its smallest partition.</summary>
    private long MinPoints(RunPlan run) => run.Shards.Sum(shard => (long)(CountOf(shard) / Partitions)) + run.Repeats / Partitions;

    /// <summary>
    /// The places of a shard's points that a partition has, the same in every run: whoever holds the partition in several runs sees no more
    /// than one part, whatever beacon is drawn. Points that lie in the order of their classes are mixed, so that every partition has all
    /// classes.
    /// </summary>
    public IReadOnlyList<int> PlacesOf(int shard, int partition)
    {
        var count = CountOf(shard);
        var slice = PartitionSlice.Of(count, Partitions, partition);
        return OrderSeed is { } seed && Partitions > 1
            ? new ArraySegment<int>(SeededOrder.Of(count, seed, shard), slice.First, slice.Count)
            : [.. Enumerable.Range(slice.First, slice.Count)];
    }

    /// <summary>The seed of the order for a new plan: a single partition has all points, and no order to say.</summary>
    public static ulong? OrderSeedFor(int partitions, ulong seed) => partitions > 1 ? seed : null;

    private static ulong SeedOf(Hash32 beacon, ulong seed)
    {
        Span<byte> bytes = stackalloc byte[Hash32.Size + sizeof(ulong)];
        beacon.AsSpan().CopyTo(bytes);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[Hash32.Size..], seed);
        Span<byte> hash = stackalloc byte[Hash32.Size];
        Digest.Of(bytes).CopyTo(hash);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash);
    }

    /// <summary>Points of one partition over all shards: what holding a seat there shows at most.</summary>
    public long PointsIn(int partition) => Shards.Sum(shard => (long)PartitionSlice.Of(shard.Count, Partitions, partition).Count);

    /// <summary>All points of the job.</summary>
    public long TotalPoints => Shards.Sum(shard => (long)shard.Count);

    /// <summary>The most points that one operator may see.</summary>
    public long DataLimit => TotalPoints * DataLimitBps / 10_000;
}

/// <summary>Points that an evaluation leaves out of the proposed shard.</summary>
/// <param name="Shard">Its index.</param>
/// <param name="Points">How many.</param>
public readonly record struct LeftOut(int Shard, int Points);

/// <summary>A contiguous part of a shard.</summary>
public readonly record struct PartitionSlice(int First, int Count)
{
    /// <summary>Cuts <paramref name="count"/> points into parts whose sizes differ by at most one.</summary>
    public static PartitionSlice Of(int count, int parts, int part)
    {
        var first = (int)((long)count * part / parts);
        var next = (int)((long)count * (part + 1) / parts);
        return new PartitionSlice(first, next - first);
    }
}

/// <summary>A job plan that cannot be carried out. The message says what is wrong with it.</summary>
public sealed class BadPlanException(string problem, Exception? cause = null)
    : DataBrightException(FailureKind.Invalid, $"The job plan cannot be used: {problem}.", cause)
{
    public string Problem { get; } = problem;
}
