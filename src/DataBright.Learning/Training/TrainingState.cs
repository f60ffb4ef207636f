using System.Buffers.Binary;
using DataBright.Learning.Checkpoints;
using DataBright.Learning.Networks;

namespace DataBright.Learning.Training;

/// <summary>All that a run needs to go on from some step to the same end: parameters, momentum and the number of steps done. Immutable.</summary>
public sealed class TrainingState
{
    private const string Format = "databright.training-state/1";
    private const string ParameterPrefix = "parameters/";
    private const string MomentumPrefix = "momentum/";
    private readonly Lazy<Digest> _hash;

    internal TrainingState(long step, Checkpoint parameters, Checkpoint momentum)
    {
        Step = step;
        Parameters = parameters;
        Momentum = momentum;
        _hash = new Lazy<Digest>(() => HashOf(Step, Parameters.Hash, Momentum.Hash));
    }

    /// <summary>Steps done.</summary>
    public long Step { get; }

    /// <summary>The parameters after that step.</summary>
    public Checkpoint Parameters { get; }

    /// <summary>The optimiser's velocity of each parameter.</summary>
    public Checkpoint Momentum { get; }

    /// <summary>
    /// SHA-256 over the line <c>databright.training-state/1</c>, the step (8 bytes, little-endian), the hash of the parameters
    /// and the hash of the momentum, both as <see cref="Checkpoint.Hash"/> defines them. The same as <see cref="TrainingRun.StateHash"/>.
    /// </summary>
    public Digest Hash => _hash.Value;

    /// <summary>A safetensors file with the step in its metadata.</summary>
    public byte[] ToBytes()
    {
        var tensors = Prefixed(Momentum, MomentumPrefix).Concat(Prefixed(Parameters, ParameterPrefix)).ToArray();
        return Safetensors.Write(tensors, new Dictionary<string, string> { ["format"] = Format, ["step"] = Step.ToString() });
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="MalformedInputException">The bytes are no training state.</exception>
    public static TrainingState Parse(ReadOnlySpan<byte> content, string document = "training state")
    {
        var (tensors, metadata) = Safetensors.Read(content, document) is var file ? (file.Tensors, file.Metadata) : default;
        if (metadata.GetValueOrDefault("format") != Format) throw new MalformedInputException(document, $"not a training state: its metadata does not say format '{Format}'");
        if (!long.TryParse(metadata.GetValueOrDefault("step"), System.Globalization.NumberStyles.None, null, out var step)) throw new MalformedInputException(document, "the step in the metadata is not a whole number");
        if (tensors.FirstOrDefault(t => !t.Name.StartsWith(ParameterPrefix, StringComparison.Ordinal) && !t.Name.StartsWith(MomentumPrefix, StringComparison.Ordinal)) is { } stranger)
            throw new MalformedInputException(document, $"tensor '{stranger.Name}' is neither a parameter nor a momentum");
        return new TrainingState(step, Unprefixed(tensors, ParameterPrefix), Unprefixed(tensors, MomentumPrefix));
    }

    internal void Require(Architecture architecture)
    {
        Parameters.Require(architecture, "training state, parameters");
        Momentum.Require(architecture, "training state, momentum");
    }

    internal static Digest HashOf(long step, Digest parameters, Digest momentum)
    {
        Span<byte> content = stackalloc byte[Format.Length + 1 + 8 + 2 * Digest.Length];
        System.Text.Encoding.ASCII.GetBytes(Format, content);
        content[Format.Length] = (byte)'\n';
        BinaryPrimitives.WriteInt64LittleEndian(content[(Format.Length + 1)..], step);
        parameters.CopyTo(content[(Format.Length + 9)..]);
        momentum.CopyTo(content[(Format.Length + 9 + Digest.Length)..]);
        return Digest.Of(content);
    }

    private static IEnumerable<Tensor> Prefixed(Checkpoint checkpoint, string prefix) =>
        checkpoint.Tensors.Select(tensor => tensor.Renamed(prefix + tensor.Name));

    private static Checkpoint Unprefixed(IEnumerable<Tensor> tensors, string prefix) =>
        new(tensors.Where(tensor => tensor.Name.StartsWith(prefix, StringComparison.Ordinal)).Select(tensor => tensor.Renamed(tensor.Name[prefix.Length..])));
}
