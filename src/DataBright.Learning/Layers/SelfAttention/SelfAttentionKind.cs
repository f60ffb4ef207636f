using System.Text.Json;
using DataBright.Learning.Engine;
using DataBright.Learning.Shapes;

namespace DataBright.Learning.Layers;

/// <summary>
/// Self-attention in documents, shapes, the engine and ONNX; the engine makes its projections as convolutions of width one.
/// </summary>
internal sealed class SelfAttentionKind() : LayerKind<SelfAttention>("self-attention", "heads")
{
    public override SelfAttention Read(string name, StrictJson json, LayerKinds kinds) => new(name, json.Integer("heads"));

    protected override void Write(SelfAttention layer, Utf8JsonWriter json, LayerKinds kinds) => json.WriteNumber("heads", layer.Heads);

    protected override LayerNode Infer(SelfAttention layer, Flow flow, ShapeInference shapes)
    {
        var input = shapes.RequireMap(layer, flow, "attention");
        var (channels, length) = (input.Channels, input.Width);
        if (input.Height != 1) throw shapes.Malformed(layer, $"attention needs a sequence of shape channels×1×length, not {input}");
        if (layer.Heads < 1 || channels % layer.Heads != 0)
            throw shapes.Malformed(layer, $"the heads must divide the {channels} channels, and {layer.Heads} do not");
        return NewShape(layer, flow, input) with
        {
            Parameters =
            [
                .. shapes.Linear(layer, layer.Name + ".in", [3 * channels, channels], channels, true),
                .. shapes.Linear(layer, layer.Name + ".out", [channels, channels], channels, true),
            ],
            Operations = 8L * channels * channels * length + 4L * channels * length * length,
        };
    }

    protected override Map Build<L, V>(SelfAttention layer, LayerNode node, Map input, Blueprint<L, V> plan)
    {
        var channels = node.Input.Channels;
        var projected = Project(3 * channels, input, [.. node.Parameters.Take(2)]);
        var mixed = plan.AddMap(node.Output);
        plan.AddStep(() => new AttentionOperation<L, V>(
            layer.Heads, projected, mixed, plan.Team, plan.Arena, plan.Capacity, plan.IsTraining));
        return Project(channels, mixed, [.. node.Parameters.Skip(2)]);

        Map Project(int outputs, Map from, IReadOnlyList<ParameterShape> parameters) =>
            ConvolutionKind.Convolve(new Convolution(layer.Name, outputs, 1, 0), node, from, parameters, plan);
    }

    protected override string Export(SelfAttention layer, LayerNode node, string input, OnnxExport onnx)
    {
        var (graph, channels, length, tensors) = (onnx.Graph, node.Input.Channels, node.Input.Width, onnx.Tensors(node));
        var projected = Project(onnx.ToRows(input), tensors[0], tensors[1]);
        var parts = graph.Add("Split", [projected, graph.Constant(channels, channels, channels)], 3, ("axis", 2L));
        var scores = graph.Add("MatMul", [Heads(0, [0, 2, 1, 3]), Heads(1, [0, 2, 3, 1])]);
        scores = graph.Add("Mul", [scores, graph.Constant(1f / MathF.Sqrt(channels / layer.Heads))]);
        var mixed = graph.Add("MatMul", [graph.Add("Softmax", [scores], ("axis", -1L)), Heads(2, [0, 2, 1, 3])]);
        mixed = graph.Add("Transpose", [mixed], ("perm", new long[] { 0, 2, 1, 3 }));
        return onnx.ToMap(Project(graph.Add("Reshape", [mixed, graph.Constant(0, length, channels)]), tensors[2], tensors[3]));

        string Heads(int part, long[] order)
        {
            var heads = graph.Add("Reshape", [parts[part], graph.Constant(0, length, layer.Heads, channels / layer.Heads)]);
            return graph.Add("Transpose", [heads], ("perm", order));
        }

        string Project(string rows, string weight, string bias) =>
            graph.Add("Add", [graph.Add("MatMul", [rows, graph.Add("Transpose", [weight], ("perm", new long[] { 1, 0 }))]), bias]);
    }
}
