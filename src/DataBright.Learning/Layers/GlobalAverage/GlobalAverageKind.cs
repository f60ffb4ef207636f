using System.Text.Json;
using DataBright.Learning.Engine;

namespace DataBright.Learning.Layers;

/// <summary>Global means in documents, shapes, the engine and ONNX; the engine makes them as an average pool of one window.</summary>
internal sealed class GlobalAverageKind() : LayerKind<GlobalAverage>("global-average")
{
    public override GlobalAverage Read(string name, StrictJson json, LayerKinds kinds) => new(name);

    protected override void Write(GlobalAverage layer, Utf8JsonWriter json, LayerKinds kinds)
    {
    }

    protected override LayerNode Infer(GlobalAverage layer, Flow flow, ShapeInference shapes) =>
        NewShape(layer, flow, shapes.RequireMap(layer, flow, "a global average") with { Height = 1, Width = 1 });

    protected override Map Build<L, V>(GlobalAverage layer, LayerNode node, Map input, Blueprint<L, V> plan)
    {
        var output = plan.AddMap(node.Output);
        plan.AddStep(() => new AveragePoolOperation<L, V>(node.Input.Height, node.Input.Width, input, output, plan.Team));
        return output;
    }

    protected override string Export(GlobalAverage layer, LayerNode node, string input, OnnxExport onnx) =>
        onnx.Graph.Add("GlobalAveragePool", [input]);
}
