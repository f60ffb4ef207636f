using DataBright.Learning.Checkpoints;
using DataBright.Learning.Layers;

namespace DataBright.Learning.Networks;

/// <summary>
/// A trained model as an ONNX file, for programs that only predict: <c>input</c>, examples × channels × height × width, to
/// <c>scores</c> (before softmax) or <c>predictions</c>, examples × units. Operator set 17. Evaluation only: batch normalisation
/// uses running figures, dropout is left out. Sums run in the order of whoever computes it, so outputs agree to rounding, not to the bit.
/// </summary>
public static class OnnxModel
{
    /// <summary>Name of the input.</summary>
    public const string Input = "input";

    /// <summary>The bytes of the file; equal checkpoints of one architecture give equal files. Its metadata hold both hashes.</summary>
    /// <param name="architecture">The model's.</param>
    /// <param name="checkpoint">Its parameters.</param>
    /// <param name="metadata">What else the file says of itself, such as the names of its classes.</param>
    /// <exception cref="MalformedInputException">The checkpoint is not one of that architecture.</exception>
    public static byte[] Write(Architecture architecture, Checkpoint checkpoint, IReadOnlyDictionary<string, string>? metadata = null)
    {
        checkpoint.Require(architecture);
        var export = new OnnxExport(checkpoint);
        var output = architecture.Loss == Loss.SoftmaxCrossEntropy ? "scores" : "predictions";
        export.Graph.Output(export.Walk(architecture.Nodes, Input), output);
        var (channels, height, width) = architecture.Input;
        return export.Graph.ToModel(
            architecture.Name, Input, [channels, height, width], output, architecture.Classes,
            [
                ("databright.architecture", architecture.Hash.ToString()), ("databright.checkpoint", checkpoint.Hash.ToString()),
                .. (metadata ?? new Dictionary<string, string>()).OrderBy(pair => pair.Key, StringComparer.Ordinal)
                    .Select(pair => (pair.Key, pair.Value)),
            ]);
    }
}
