using System.Buffers.Binary;
using DataBright.Learning.Checkpoints;
using DataBright.Learning.Files;
using DataBright.Learning.Networks;

namespace DataBright.Learning.Training;

/// <summary>
/// All that a run needs to go on from some step to the same end: parameters, the optimiser's moments and the number of steps done.
/// Immutable.
/// </summary>
public sealed class TrainingState
{
    private const string Format = "databright.training-state/1";
    private const string ParameterPrefix = "parameters/";
    private const string MomentumPrefix = "momentum/";
    private const string SecondMomentPrefix = "second-moment/";
    private readonly Lazy<Digest> _hash;

    internal TrainingState(long step, Checkpoint parameters, Checkpoint momentum, Checkpoint? secondMoment = null)
    {
        Step = step;
        Parameters = parameters;
        Momentum = momentum;
        SecondMoment = secondMoment;
        _hash = new Lazy<Digest>(() => SecondMoment is null
            ? HashOf(Step, Parameters.Hash, Momentum.Hash) : HashOf(Step, Parameters.Hash, Momentum.Hash, SecondMoment.Hash));
    }

    /// <summary>
    /// The state before the first step of a run: the given parameters or those drawn from the plan's seed, and moments of zero.
    /// </summary>
    /// <exception cref="MalformedInputException">The parameters are not of the plan's architecture.</exception>
    public static TrainingState Begin(TrainingPlan plan, Checkpoint? start = null)
    {
        start?.Require(plan.Architecture, "starting checkpoint");
        return new TrainingState(0, start ?? Initialisation.Draw(plan.Architecture, plan.Seed), Zeros(plan.Architecture),
            plan.Optimiser.HasSecondMoment ? Zeros(plan.Architecture) : null);
    }

    /// <summary>Steps done.</summary>
    public long Step { get; }

    /// <summary>The parameters after that step.</summary>
    public Checkpoint Parameters { get; }

    /// <summary>The optimiser's velocity, or first moment, of each trained parameter.</summary>
    public Checkpoint Momentum { get; }

    /// <summary>Adam's second moment of each trained parameter; null for optimisers without.</summary>
    public Checkpoint? SecondMoment { get; }

    /// <summary>
    /// SHA-256 over the line <c>databright.training-state/1</c>, the step (8 bytes, little-endian), the hash of the parameters,
    /// the hash of the momentum and, where there is one, that of the second moment, all as <see cref="Checkpoint.Hash"/> defines them.
    /// The same as <see cref="TrainingRun.StateHash"/>.
    /// </summary>
    public Digest Hash => _hash.Value;

    /// <summary>A safetensors file with the step in its metadata.</summary>
    public byte[] ToBytes()
    {
        var moments = SecondMoment is null ? [] : Prefixed(SecondMoment, SecondMomentPrefix);
        var tensors = Prefixed(Momentum, MomentumPrefix).Concat(Prefixed(Parameters, ParameterPrefix)).Concat(moments).ToArray();
        return Safetensors.Write(tensors, new Dictionary<string, string> { ["format"] = Format, ["step"] = Step.ToString() });
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="MalformedInputException">The bytes are no training state.</exception>
    public static TrainingState Parse(ReadOnlySpan<byte> content, string document = "training state")
    {
        var (tensors, metadata) = Safetensors.Read(content, document) is var file ? (file.Tensors, file.Metadata) : default;
        if (metadata.GetValueOrDefault("format") != Format)
            throw new MalformedInputException(document, $"not a training state: its metadata does not say format '{Format}'");
        if (!long.TryParse(metadata.GetValueOrDefault("step"), System.Globalization.NumberStyles.None, null, out var step))
            throw new MalformedInputException(document, "the step in the metadata is not a whole number");
        if (tensors.FirstOrDefault(tensor => !Prefixes.Any(prefix => tensor.Name.StartsWith(prefix, StringComparison.Ordinal)))
            is { } stranger)
            throw new MalformedInputException(document, $"tensor '{stranger.Name}' is neither a parameter nor a moment");
        var hasSecondMoment = tensors.Any(tensor => tensor.Name.StartsWith(SecondMomentPrefix, StringComparison.Ordinal));
        return new TrainingState(step, Unprefixed(tensors, ParameterPrefix), Unprefixed(tensors, MomentumPrefix),
            hasSecondMoment ? Unprefixed(tensors, SecondMomentPrefix) : null);
    }

    /// <summary>
    /// Writes the file in one go and replaces an older one only when the new one is complete: a crash leaves one of them.
    /// </summary>
    public async Task SaveAsync(string path, CancellationToken stop = default)
    {
        var partial = path + ".partial";
        await File.WriteAllBytesAsync(partial, ToBytes(), stop);
        File.Move(partial, path, overwrite: true);
    }

    /// <summary>Reads what <see cref="SaveAsync"/> wrote.</summary>
    /// <exception cref="MalformedInputException">The file does not exist or is no training state.</exception>
    public static async Task<TrainingState> LoadAsync(string path, CancellationToken stop = default)
    {
        var content = await InputFile.BytesAsync(path, stop);
        try
        {
            return Parse(content, path);
        }
        catch (MalformedInputException)
            when (FileKind.Describe(content.AsSpan(0, Math.Min(content.Length, FileKind.HeadLength))) is { } other)
        {
            throw new MalformedInputException(path, other);
        }
    }

    private static readonly string[] Prefixes = [ParameterPrefix, MomentumPrefix, SecondMomentPrefix];

    /// <summary>Refuses a state that is not one of <paramref name="architecture"/> and, where it is given, of that optimiser.</summary>
    /// <exception cref="MalformedInputException">A tensor is missing, unknown or of another shape; the message names it.</exception>
    public void Require(Architecture architecture, Optimiser? optimiser = null)
    {
        Parameters.Require(architecture, "training state, parameters");
        Momentum.RequireTrained(architecture, "training state, momentum");
        SecondMoment?.RequireTrained(architecture, "training state, second moment");
        if (optimiser is not null && optimiser.HasSecondMoment != SecondMoment is not null)
            throw new MalformedInputException("training state",
                SecondMoment is null ? $"{optimiser.Kind} needs a second moment, and there is none"
                    : $"{optimiser.Kind} has no second moment, and there is one");
    }

    internal static Digest HashOf(long step, params ReadOnlySpan<Digest> parts)
    {
        Span<byte> content = stackalloc byte[Format.Length + 9 + parts.Length * Hash32.Size];
        System.Text.Encoding.ASCII.GetBytes(Format, content);
        content[Format.Length] = (byte)'\n';
        BinaryPrimitives.WriteInt64LittleEndian(content[(Format.Length + 1)..], step);
        for (var i = 0; i < parts.Length; i++) parts[i].CopyTo(content[(Format.Length + 9 + i * Hash32.Size)..]);
        return Digest.Of(content);
    }

    private static Checkpoint Zeros(Architecture architecture) =>
        new(architecture.Parameters.Where(parameter => parameter.IsTrained)
            .Select(parameter => new Tensor(parameter.Name, parameter.Dimensions, new float[parameter.Count])));

    private static IEnumerable<Tensor> Prefixed(Checkpoint checkpoint, string prefix) =>
        checkpoint.Tensors.Select(tensor => tensor.Renamed(prefix + tensor.Name));

    private static Checkpoint Unprefixed(IEnumerable<Tensor> tensors, string prefix) =>
        new(tensors.Where(tensor => tensor.Name.StartsWith(prefix, StringComparison.Ordinal))
            .Select(tensor => tensor.Renamed(tensor.Name[prefix.Length..])));
}
