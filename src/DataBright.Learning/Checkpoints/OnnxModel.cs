using DataBright.Learning.Layers;
using DataBright.Learning.Networks;

namespace DataBright.Learning.Checkpoints;

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
        var export = new Export(checkpoint);
        var output = architecture.Loss == Loss.SoftmaxCrossEntropy ? "scores" : "predictions";
        export.Graph.Output(export.Walk(architecture.Nodes, Input), output);
        var (channels, height, width) = architecture.Input;
        return export.Graph.ToModel(
            architecture.Name, Input, [channels, height, width], output, architecture.Classes,
            [("databright.architecture", architecture.Hash.ToString()), ("databright.checkpoint", checkpoint.Hash.ToString()), .. (metadata ?? new Dictionary<string, string>()).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, pair.Value))]);
    }

    private sealed class Export(Checkpoint checkpoint)
    {
        private static readonly long[] ChannelsLast = [0, 2, 3, 1];
        private static readonly long[] ChannelsSecond = [0, 3, 1, 2];
        private bool _isFlat;

        public OnnxGraph Graph { get; } = new();

        public string Walk(IReadOnlyList<LayerNode> nodes, string x)
        {
            foreach (var node in nodes) x = Add(node, x);
            return x;
        }

        private string Add(LayerNode node, string x)
        {
            switch (node.Layer)
            {
                case Convolution layer:
                    return Graph.Add("Conv", [x, .. Weights(node.Parameters)], ("kernel_shape", Square(layer.Kernel)), ("strides", Square(layer.Stride)), ("pads", new long[] { layer.Padding, layer.Padding, layer.Padding, layer.Padding }));
                case MaxPool layer:
                    return Graph.Add("MaxPool", [x], ("kernel_shape", Square(layer.Size)), ("strides", Square(layer.Size)));
                case AveragePool layer:
                    return Graph.Add("AveragePool", [x], ("kernel_shape", Square(layer.Size)), ("strides", Square(layer.Size)));
                case GlobalAverage:
                    return Graph.Add("GlobalAveragePool", [x]);
                case Flatten:
                    return Flat(x);
                case Dense:
                    return Graph.Add("Gemm", [Flat(x), .. Weights(node.Parameters)], ("transB", 1L));
                case Relu:
                    return Graph.Add("Relu", [x]);
                case Tanh:
                    return Graph.Add("Tanh", [x]);
                case Gelu:
                    return GaussianLinear(x);
                case LayerNorm:
                    return Normalise(node, x);
                case BatchNorm:
                    return Graph.Add("BatchNormalization", [x, .. Weights(node.Parameters)], ("epsilon", BatchNorm.Epsilon));
                case Dropout:
                    return x;
                case Embedding:
                    return Embed(node, x);
                case SelfAttention layer:
                    return Attend(layer, node, x);
                case Residual:
                    return Branch(node, x);
                default:
                    throw new InvalidOperationException($"No ONNX for {node.Layer.GetType().Name}.");
            }
        }

        private static long[] Square(int size) => [size, size];

        private IEnumerable<string> Weights(IEnumerable<ParameterShape> shapes) => shapes.Select(shape => Graph.Tensor(checkpoint.Find(shape.Name)!));

        private string Flat(string x)
        {
            if (_isFlat) return x;
            _isFlat = true;
            return Graph.Add("Flatten", [x], ("axis", 1L));
        }

        private string GaussianLinear(string x)
        {
            var erf = Graph.Add("Erf", [Graph.Add("Mul", [x, Graph.Constant(Arithmetic.Elementary.RootHalf)])]);
            return Graph.Add("Mul", [Graph.Add("Mul", [x, Graph.Constant(0.5f)]), Graph.Add("Add", [erf, Graph.Constant(1f)])]);
        }

        private string Normalise(LayerNode node, string x)
        {
            var rows = _isFlat ? x : Graph.Add("Transpose", [x], ("perm", ChannelsLast));
            rows = Graph.Add("LayerNormalization", [rows, .. Weights(node.Parameters)], ("axis", -1L), ("epsilon", LayerNorm.Epsilon));
            return _isFlat ? rows : Graph.Add("Transpose", [rows], ("perm", ChannelsSecond));
        }

        private string Embed(LayerNode node, string x)
        {
            var parameters = Weights(node.Parameters).ToArray();
            var tokens = Graph.Add("Squeeze", [Graph.Add("Cast", [x], ("to", 7L)), Graph.Constant(1, 2)]);
            return ToMap(Graph.Add("Add", [Graph.Add("Gather", [parameters[0], tokens]), parameters[1]]));
        }

        /// <summary>Examples × length × channels to examples × channels × 1 × length.</summary>
        private string ToMap(string rows) => Graph.Add("Unsqueeze", [Graph.Add("Transpose", [rows], ("perm", new long[] { 0, 2, 1 })), Graph.Constant(2L)]);

        private string Attend(SelfAttention layer, LayerNode node, string x)
        {
            var (channels, length) = (node.Input.Channels, node.Input.Width);
            var parameters = Weights(node.Parameters).ToArray();
            var rows = Graph.Add("Transpose", [Graph.Add("Squeeze", [x, Graph.Constant(2L)])], ("perm", new long[] { 0, 2, 1 }));
            var parts = Graph.Add("Split", [Project(rows, parameters[0], parameters[1]), Graph.Constant(channels, channels, channels)], 3, ("axis", 2L));
            string Heads(int part, long[] order) =>
                Graph.Add("Transpose", [Graph.Add("Reshape", [parts[part], Graph.Constant(0, length, layer.Heads, channels / layer.Heads)])], ("perm", order));

            var scores = Graph.Add("MatMul", [Heads(0, [0, 2, 1, 3]), Heads(1, [0, 2, 3, 1])]);
            scores = Graph.Add("Mul", [scores, Graph.Constant(1f / MathF.Sqrt(channels / layer.Heads))]);
            var mixed = Graph.Add("MatMul", [Graph.Add("Softmax", [scores], ("axis", -1L)), Heads(2, [0, 2, 1, 3])]);
            mixed = Graph.Add("Reshape", [Graph.Add("Transpose", [mixed], ("perm", new long[] { 0, 2, 1, 3 })), Graph.Constant(0, length, channels)]);
            return ToMap(Project(mixed, parameters[2], parameters[3]));
        }

        private string Project(string rows, string weight, string bias) =>
            Graph.Add("Add", [Graph.Add("MatMul", [rows, Graph.Add("Transpose", [weight], ("perm", new long[] { 1, 0 }))]), bias]);

        private string Branch(LayerNode node, string x)
        {
            var wasFlat = _isFlat;
            var body = Walk(node.Body, x);
            var bodyIsFlat = _isFlat;
            _isFlat = wasFlat;
            var shortcut = Walk(node.Shortcut, x);
            // A map of one position and a flat row are the same values: the sum is flat when one of them is.
            if (bodyIsFlat && !_isFlat) shortcut = Flat(shortcut);
            if (!bodyIsFlat && _isFlat) body = Graph.Add("Flatten", [body], ("axis", 1L));
            return Graph.Add("Add", [body, shortcut]);
        }
    }
}
