using System.Text;
using System.Text.Json;
using DataBright.Learning.Networks;

namespace DataBright.Learning.Training;

/// <summary>
/// Everything that decides a training run besides the examples and the starting parameters. Equal plans have equal canonical documents and
/// hashes.
/// </summary>
public sealed record TrainingPlan
{
    private const string Format = "databright.training-plan/1";
    private const int MaxSteps = 100_000_000;

    /// <summary>Checks the figures.</summary>
    /// <exception cref="MalformedInputException">A figure is outside its range; the message names it.</exception>
    public TrainingPlan(Architecture architecture, Optimiser optimiser, int batchSize, int epochs, ulong seed)
        : this(architecture, optimiser, batchSize, seed)
    {
        Require(epochs is >= 1 and <= 1_000_000, "epochs", "1 to 1000000", epochs);
        Epochs = epochs;
    }

    private TrainingPlan(Architecture architecture, Optimiser optimiser, int batchSize, ulong seed)
    {
        Require(optimiser.LearningRate is > 0 and <= 1000, "learningRate", "above 0 and at most 1000", optimiser.LearningRate);
        Require(optimiser.Momentum is >= 0 and < 1, "momentum", "0 up to, not including, 1", optimiser.Momentum);
        Require(optimiser.WeightDecay is >= 0 and <= 1, "weightDecay", "0 to 1", optimiser.WeightDecay);
        RequireOptimiser(optimiser);
        Require(batchSize is >= 1 and <= 65536, "batchSize", "1 to 65536", batchSize);
        Architecture = architecture;
        Optimiser = optimiser;
        BatchSize = batchSize;
        Seed = seed;
    }

    /// <summary>
    /// A plan that ends after so many steps, however many examples there are: it stops within an epoch where they do not divide.
    /// </summary>
    /// <param name="architecture">The model to train.</param>
    /// <param name="optimiser">The rule by which gradients change parameters.</param>
    /// <param name="batchSize">Examples per step.</param>
    /// <param name="steps">Steps of the whole run, 1 to 100,000,000.</param>
    /// <param name="seed">Decides the order of the examples, and the starting parameters when none are given.</param>
    /// <exception cref="MalformedInputException">A figure is outside its range; the message names it.</exception>
    public static TrainingPlan OfSteps(Architecture architecture, Optimiser optimiser, int batchSize, int steps, ulong seed)
    {
        Require(steps is >= 1 and <= MaxSteps, "steps", "1 to 100000000", steps);
        return new TrainingPlan(architecture, optimiser, batchSize, seed) { Steps = steps };
    }

    /// <summary>The model to train.</summary>
    public Architecture Architecture { get; }

    /// <summary>The rule by which gradients change parameters.</summary>
    public Optimiser Optimiser { get; }

    /// <summary>Examples per step. The last step of an epoch takes what is left and averages over that.</summary>
    public int BatchSize { get; }

    /// <summary>Times each example is seen; 0 where <see cref="Steps"/> decides.</summary>
    public int Epochs { get; private init; }

    /// <summary>Steps of the whole run, whatever the number of examples; 0 where <see cref="Epochs"/> decides.</summary>
    public int Steps { get; private init; }

    /// <summary>Decides the order of the examples, and the starting parameters when none are given.</summary>
    public ulong Seed { get; }

    /// <summary>SHA-256 of the canonical document.</summary>
    public Digest Hash => Digest.Of(Encoding.UTF8.GetBytes(ToJson()));

    /// <summary>Steps of a run over that many examples.</summary>
    public long StepsFor(int examples) => Steps > 0 ? Steps : (long)Epochs * ((examples + BatchSize - 1) / BatchSize);

    /// <summary>The same plan from another seed.</summary>
    public TrainingPlan WithSeed(ulong seed) => new(Architecture, Optimiser, BatchSize, seed) { Epochs = Epochs, Steps = Steps };

    /// <summary>
    /// The canonical document: fixed property order, no white space; the seed is a string because JSON numbers end at 2^53 for many
    /// readers.
    /// </summary>
    public string ToJson()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("format", Format);
            json.WritePropertyName("architecture");
            json.WriteRawValue(Architecture.ToJson());
            OptimiserDocument.Write(json, Optimiser);
            json.WriteNumber("batchSize", BatchSize);
            if (Steps > 0) json.WriteNumber("steps", Steps);
            else json.WriteNumber("epochs", Epochs);
            json.WriteString("seed", Seed.ToString());
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    /// <summary>Reads a document; unknown properties are refused.</summary>
    /// <param name="json">The document.</param>
    /// <param name="document">What errors call it.</param>
    /// <exception cref="MalformedInputException">The document is no valid plan.</exception>
    public static TrainingPlan Parse(string json, string document = "training plan")
    {
        using var parsed = StrictJson.Parse(json, document);
        var root = new StrictJson(parsed.RootElement, document, "plan");
        root.AllowOnly("format", "architecture", "optimiser", "batchSize", "epochs", "steps", "seed");
        if (root.Text("format") is var format && format != Format)
            throw root.Malformed($"format '{format}' is not known; '{Format}' is expected");
        if (!ulong.TryParse(root.Text("seed"), System.Globalization.NumberStyles.None, null, out var seed))
            throw root.Malformed("'seed' must be a string of decimal digits below 2^64");
        if (root.Has("steps") == root.Has("epochs"))
            throw root.Malformed("either 'epochs' or 'steps' says how long; one of them is expected");
        var (architecture, optimiser, batch) = (Architecture.Parse(root.Child("architecture").Raw),
            OptimiserDocument.Read(root.Child("optimiser")), root.Integer("batchSize"));
        return root.Has("steps")
            ? OfSteps(architecture, optimiser, batch, root.Integer("steps"), seed)
            : new TrainingPlan(architecture, optimiser, batch, root.Integer("epochs"), seed);
    }

    private static void RequireOptimiser(Optimiser optimiser)
    {
        Require(optimiser.ClipNorm is >= 0 and <= 1e9f, "clipNorm", "0 (no limit) to 10^9", optimiser.ClipNorm);
        if (optimiser.HasSecondMoment)
        {
            Require(optimiser.SecondMomentum is >= 0 and < 1, "beta2", "0 up to, not including, 1", optimiser.SecondMomentum);
            Require(optimiser.Epsilon is > 0 and <= 1, "epsilon", "above 0 and at most 1", optimiser.Epsilon);
            Require(!optimiser.Nesterov, "nesterov", "false for Adam", true);
        }
        else
        {
            Require(optimiser is { SecondMomentum: 0, Epsilon: 0 }, "beta2 and epsilon", "0 for SGD", optimiser);
            Require(!optimiser.Nesterov || optimiser.Momentum > 0, "momentum", "above 0 for Nesterov's rule", optimiser.Momentum);
        }

        if (optimiser.Schedule is not { } schedule) return;
        Require(schedule.WarmUp is >= 0 and <= 100_000_000, "warmUp", "0 to 100000000 steps", schedule.WarmUp);
        Require(schedule.Kind == ScheduleKind.Step ? schedule.Every >= 1 : schedule.Every == 0, "every",
            "at least 1 for steps, 0 for others", schedule.Every);
        Require(schedule.Kind == ScheduleKind.Constant ? schedule.Factor == 1 : schedule.Factor is >= 0 and <= 1, "factor",
            "0 to 1, and 1 for a constant", schedule.Factor);
    }

    private static void Require(bool holds, string figure, string range, object value)
    {
        if (!holds) throw new MalformedInputException("training plan", $"{figure} must be {range}, not {value}");
    }
}
