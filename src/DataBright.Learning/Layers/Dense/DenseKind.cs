using System.Text.Json;
using DataBright.Learning.Engine;
using DataBright.Learning.Shapes;

namespace DataBright.Learning.Layers;

/// <summary>Dense layers in documents, shapes, the engine and ONNX.</summary>
internal sealed class DenseKind() : LayerKind<Dense>("dense", "units")
{
    public override Dense Read(string name, StrictJson json, LayerKinds kinds) => new(name, json.Integer("units"));

    protected override void Write(Dense layer, Utf8JsonWriter json, LayerKinds kinds) => json.WriteNumber("units", layer.Units);

    protected override LayerNode Infer(Dense layer, Flow flow, ShapeInference shapes)
    {
        var input = flow.Shape;
        if (!input.IsFlat) throw shapes.Malformed(layer, $"a dense layer needs flat input, not {input}; put a flatten layer before it");
        if (layer.Units is < 1 or > 1 << 20) throw shapes.Malformed(layer, $"units must be 1 to {1 << 20}, not {layer.Units}");
        var output = new ExampleShape(layer.Units, 1, 1);
        return Flat(layer, flow, output, output) with
        {
            Parameters = shapes.Linear(layer, layer.Name, [layer.Units, input.Channels], input.Channels, hasBias: true),
            Operations = 2L * input.Channels * layer.Units,
        };
    }

    protected override Map Build<L, V>(Dense layer, LayerNode node, Map input, Blueprint<L, V> plan)
    {
        var output = plan.AddMap(node.Output);
        plan.AddStep(() => new DenseOperation<L, V>(
            input, output, plan.TakeWeights(node.Parameters, MemoryOrder.Places(node.Order)), plan.Team, plan.Arena, plan.IsTraining));
        return output;
    }

    protected override string Export(Dense layer, LayerNode node, string input, OnnxExport onnx) =>
        onnx.Graph.Add("Gemm", [onnx.Flat(input), .. onnx.Tensors(node)], ("transB", 1L));
}
