using System.Text.Json;
using DataBright.Learning.Engine;

namespace DataBright.Learning.Layers;

/// <summary>Maximum pooling in documents, shapes, the engine and ONNX.</summary>
internal sealed class MaxPoolKind() : LayerKind<MaxPool>("max-pool", "size")
{
    public override MaxPool Read(string name, StrictJson json, LayerKinds kinds) => new(name, json.Integer("size"));

    protected override void Write(MaxPool layer, Utf8JsonWriter json, LayerKinds kinds) => json.WriteNumber("size", layer.Size);

    protected override LayerNode Infer(MaxPool layer, Flow flow, ShapeInference shapes) =>
        NewShape(layer, flow, shapes.RequireWindows(layer, layer.Size, flow));

    protected override Map Build<L, V>(MaxPool layer, LayerNode node, Map input, Blueprint<L, V> plan)
    {
        var output = plan.AddMap(node.Output);
        plan.AddStep(() => new PoolOperation<L, V>(layer.Size, input, output, plan.Team));
        return output;
    }

    protected override string Export(MaxPool layer, LayerNode node, string input, OnnxExport onnx)
    {
        var size = (long)layer.Size;
        return onnx.Graph.Add("MaxPool", [input], ("kernel_shape", new[] { size, size }), ("strides", new[] { size, size }));
    }
}
