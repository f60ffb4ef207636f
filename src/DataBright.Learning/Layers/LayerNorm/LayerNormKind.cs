using System.Text.Json;
using DataBright.Learning.Engine;

namespace DataBright.Learning.Layers;

/// <summary>Layer normalisation in documents, shapes, the engine and ONNX.</summary>
internal sealed class LayerNormKind() : LayerKind<LayerNorm>("layer-norm")
{
    private static readonly long[] ChannelsLast = [0, 2, 3, 1];
    private static readonly long[] ChannelsSecond = [0, 3, 1, 2];

    public override LayerNorm Read(string name, StrictJson json, LayerKinds kinds) => new(name);

    protected override void Write(LayerNorm layer, Utf8JsonWriter json, LayerKinds kinds)
    {
    }

    protected override LayerNode Infer(LayerNorm layer, Flow flow, ShapeInference shapes) =>
        SameShape(layer, flow) with { Parameters = ShapeInference.ScaleAndShift(layer, flow.Shape.Channels) };

    protected override Map Build<L, V>(LayerNorm layer, LayerNode node, Map input, Blueprint<L, V> plan)
    {
        var output = plan.AddMap(input.Shape);
        plan.AddStep(() =>
        {
            var weights = plan.TakeVectors(node.Parameters, node.ChannelPlaces);
            return new LayerNormOperation<L, V>(node.Input, input, output, weights, plan.Team, plan.Arena, plan.Capacity);
        });
        return output;
    }

    protected override string Export(LayerNorm layer, LayerNode node, string input, OnnxExport onnx)
    {
        var rows = onnx.IsFlat ? input : onnx.Graph.Add("Transpose", [input], ("perm", ChannelsLast));
        rows = onnx.Graph.Add("LayerNormalization", [rows, .. onnx.Tensors(node)], ("axis", -1L), ("epsilon", LayerNorm.Epsilon));
        return onnx.IsFlat ? rows : onnx.Graph.Add("Transpose", [rows], ("perm", ChannelsSecond));
    }
}
