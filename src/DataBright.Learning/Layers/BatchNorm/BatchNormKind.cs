using System.Text.Json;
using DataBright.Learning.Engine;
using DataBright.Learning.Shapes;

namespace DataBright.Learning.Layers;

/// <summary>Batch normalisation in documents, shapes, the engine and ONNX; its running figures are tensors of the checkpoint.</summary>
internal sealed class BatchNormKind() : LayerKind<BatchNorm>("batch-norm")
{
    public override BatchNorm Read(string name, StrictJson json, LayerKinds kinds) => new(name);

    protected override void Write(BatchNorm layer, Utf8JsonWriter json, LayerKinds kinds)
    {
    }

    protected override LayerNode Infer(BatchNorm layer, Flow flow, ShapeInference shapes)
    {
        var channels = flow.Shape.Channels;
        return SameShape(layer, flow) with
        {
            Parameters =
            [
                .. ShapeInference.ScaleAndShift(layer, channels),
                new($"{layer.Name}.running-mean", [channels], 1, ParameterStart.Zero, IsTrained: false),
                new($"{layer.Name}.running-variance", [channels], 1, ParameterStart.One, IsTrained: false),
            ],
        };
    }

    protected override Map Build<L, V>(BatchNorm layer, LayerNode node, Map input, Blueprint<L, V> plan)
    {
        var output = plan.AddMap(input.Shape);
        plan.AddStep(() =>
        {
            var weights = plan.TakeVectors([.. node.Parameters.Take(2)], node.ChannelPlaces);
            var running = plan.TakeStatistics([.. node.Parameters.Skip(2)], node.ChannelPlaces);
            return new BatchNormOperation<L, V>(
                node.Input, input, output, weights, running, plan.Pass, plan.Team, plan.Arena, plan.Capacity);
        });
        return output;
    }

    protected override string Export(BatchNorm layer, LayerNode node, string input, OnnxExport onnx) =>
        onnx.Graph.Add("BatchNormalization", [input, .. onnx.Tensors(node)], ("epsilon", BatchNorm.Epsilon));
}
