using System.Text.Json;
using DataBright.Learning.Engine;

namespace DataBright.Learning.Layers;

/// <summary>Average pooling in documents, shapes, the engine and ONNX.</summary>
internal sealed class AveragePoolKind() : LayerKind<AveragePool>("average-pool", "size")
{
    public override AveragePool Read(string name, StrictJson json, LayerKinds kinds) => new(name, json.Integer("size"));

    protected override void Write(AveragePool layer, Utf8JsonWriter json, LayerKinds kinds) => json.WriteNumber("size", layer.Size);

    protected override LayerNode Infer(AveragePool layer, Flow flow, ShapeInference shapes) =>
        NewShape(layer, flow, shapes.RequireWindows(layer, layer.Size, flow));

    protected override Map Build<L, V>(AveragePool layer, LayerNode node, Map input, Blueprint<L, V> plan)
    {
        var output = plan.AddMap(node.Output);
        plan.AddStep(() => new AveragePoolOperation<L, V>(layer.Size, layer.Size, input, output, plan.Team));
        return output;
    }

    protected override string Export(AveragePool layer, LayerNode node, string input, OnnxExport onnx)
    {
        var size = (long)layer.Size;
        return onnx.Graph.Add("AveragePool", [input], ("kernel_shape", new[] { size, size }), ("strides", new[] { size, size }));
    }
}
