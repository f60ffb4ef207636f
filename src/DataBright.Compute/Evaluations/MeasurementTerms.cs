using System.Text.Json;
using System.Text.Json.Serialization;
using DataBright.Compute.Jobs;
using DataBright.Ethereum;
using DataBright.Learning.Networks;
using DataBright.Learning.Training;
using DataBright.Market.Datasets;
using DataBright.Storage;

namespace DataBright.Compute.Evaluations;

/// <summary>
/// By what a dataset measures proposals. Founders state it before there is a proposal, its SHA-256 is on the ledger, and a referee signs
/// for nothing else:
/// whoever gains by a measurement chooses nothing in it.
/// </summary>
/// <param name="Format">Always <see cref="CurrentFormat"/>.</param>
/// <param name="Architecture">What is trained from fresh parameters, where there is no best checkpoint to go on from; null leaves it to the
/// buyer.</param>
/// <param name="Fresh">How fresh parameters are trained.</param>
/// <param name="Tuned">How the best checkpoint is trained on.</param>
/// <param name="BatchSize">Examples per step, or all of a partition where it has fewer.</param>
/// <param name="Steps">Steps of each run, on both sides and whatever the points: long enough that more change nothing.</param>
/// <param name="Pairs">Pairs of runs, without the points and with them.</param>
/// <param name="Redundancy">Workers per task: 3, or 2 where steps are checked.</param>
/// <param name="SpotChecks">Steps of every task that the referee executes again.</param>
/// <param name="Partitions">Parts that every shard is cut into, so that a worker sees only one.</param>
/// <param name="HeldOut">The held-out set where it is private: its points as they are, and the address of the file that only its recipients
/// can open. Null where anybody may read it.</param>
/// <param name="Sealed">How the points that the dataset lists are sealed; null where anybody may read them.</param>
public sealed record MeasurementTerms(
    string Format,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Architecture? Architecture,
    Optimiser Fresh,
    Optimiser Tuned,
    int BatchSize,
    int Steps,
    int Pairs,
    int Redundancy,
    int SpotChecks,
    int Partitions,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ShardReference? HeldOut = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] SealedPoints? Sealed = null)
{
    public const string CurrentFormat = "databright.measurement/1";

    /// <summary>Of the document.</summary>
    public const int MaxBytes = 1 << 20;

    /// <summary>With fewer, the interval's factor is so large that no gain is ever seen.</summary>
    private const int MinPairs = 4;

    /// <summary>Those of a dataset that states none: its hash on the ledger is zero.</summary>
    public static MeasurementTerms Usual { get; } = new(
        CurrentFormat, null, new Optimiser(0.05f, 0.9f), new Optimiser(0.01f, 0.9f), BatchSize: 64, Steps: 400, Pairs: 4, Redundancy: 3,
        SpotChecks: 0, Partitions: 1);

    /// <summary>The document that the ledger's hash is of.</summary>
    public byte[] ToJson() => CanonicalJson.Write(this);

    public Digest Hash => Digest.Of(ToJson());

    /// <exception cref="BadPlanException">The document is none, or nothing could be measured so.</exception>
    public static MeasurementTerms Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            var terms = CanonicalJson.Read<MeasurementTerms>(json);
            terms.Check();
            return terms;
        }
        catch (JsonException fault)
        {
            var place = fault.Path is { Length: > 2 } path ? $"at {path[2..]}" : $"in line {fault.LineNumber + 1 ?? 1}";
            throw new BadPlanException($"its measurement terms are no such document: look {place}", fault);
        }
    }

    /// <summary>Those that the dataset's charter names.</summary>
    /// <exception cref="BlobException">They are not here.</exception>
    /// <exception cref="BadPlanException">They are none.</exception>
    public static async Task<MeasurementTerms> ReadAsync(IBlobStore blobs, Dataset dataset, CancellationToken stop) =>
        dataset.Measurement == default ? Usual : Parse(await blobs.ReadAsync(Cid.Raw(dataset.Measurement), MaxBytes, stop));

    /// <summary>The rule of training: the best checkpoint is trained more gently than fresh parameters.</summary>
    public Optimiser OptimiserFrom(CheckpointReference? start) => start is null ? Fresh : Tuned;

    private void Check()
    {
        Demand(Format == CurrentFormat, $"their format is '{Format}', '{CurrentFormat}' is expected");
        Demand(Pairs is >= MinPairs and <= MeasuredGain.MaxSeeds,
            $"{MinPairs} to {MeasuredGain.MaxSeeds} pairs of runs are possible, not {Pairs}");
        Demand(Redundancy == 3 || (Redundancy == 2 && SpotChecks >= 1),
            "three workers do each task, or two whose steps are checked: with fewer, whoever buys the measurement may be the one who makes "
            + "it");
        Demand(Steps >= 1 && BatchSize >= 1 && Partitions >= 1 && SpotChecks >= 0, "steps, batch size and partitions must be at least 1");
        Demand(HeldOut is null or { Count: >= 1 }, "their held-out set has no points");
        Demand(Sealed is null or { WorkerLimitBps: >= 1 and <= 10_000 },
            $"a worker sees 1 to 10,000 hundredths of a percent of sealed points, not {Sealed?.WorkerLimitBps}");
        Demand(Sealed is null or { Samples: >= 0 and <= SealedPoints.MaxSamples },
            $"0 to {SealedPoints.MaxSamples} points of a sealed shard can be shown, not {Sealed?.Samples}");
        RequirePossible(start: null);
        RequirePossible(new CheckpointReference(default, Cid.Raw(default)));
    }

    /// <summary>No proposal could be measured by terms whose plan is refused whatever is offered.</summary>
    private void RequirePossible(CheckpointReference? start)
    {
        var points = (int)Math.Min((long)Partitions * BatchSize, int.MaxValue / 4);
        var shards = Enumerable.Range(1, 3)
            .Select(number => new ShardReference(Keccak.Hash([(byte)number]), points, Cid.Raw(Digest.Of([(byte)number])))).ToList();
        try
        {
            PlanRules.Check(EvaluationPlan.For(default, default, shards[..1], shards[1], shards[2] with { Count = 1 }, this,
                Architecture ?? Architectures.Find("softmax-regression")!, start));
        }
        catch (BadPlanException fault)
        {
            Demand(false, fault.Problem);
        }
    }

    private static void Demand(bool holds, string problem)
    {
        if (!holds) throw new BadPlanException($"its measurement terms cannot be used: {problem}");
    }
}

/// <summary>
/// A dataset whose points are read by schedulers, referees, the workers that have a part of them in a job, and whoever bought a training
/// run: each offer is sealed for its dataset.
/// </summary>
/// <param name="Samples">Points of every shard, drawn by a block that came after the offer, that anybody may look at.</param>
/// <param name="WorkerLimitBps">The most of the points that one worker sees in a training run, in hundredths of a percent, whatever its
/// buyer would allow.</param>
public sealed record SealedPoints(int Samples, int WorkerLimitBps)
{
    public const int MaxSamples = 256;
}
