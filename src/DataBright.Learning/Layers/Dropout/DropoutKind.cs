using System.Text.Json;
using DataBright.Learning.Engine;

namespace DataBright.Learning.Layers;

/// <summary>Dropout in documents, shapes and the engine; ONNX files are for evaluation and have none.</summary>
internal sealed class DropoutKind() : LayerKind<Dropout>("dropout", "rate")
{
    public override Dropout Read(string name, StrictJson json, LayerKinds kinds) => new(name, json.Single("rate"));

    protected override void Write(Dropout layer, Utf8JsonWriter json, LayerKinds kinds) => json.WriteNumber("rate", layer.Rate);

    protected override LayerNode Infer(Dropout layer, Flow flow, ShapeInference shapes) =>
        layer.Rate is > 0 and < 1
            ? SameShape(layer, flow)
            : throw shapes.Malformed(layer, $"the rate must be above 0 and below 1, not {layer.Rate}");

    protected override Map Build<L, V>(Dropout layer, LayerNode node, Map input, Blueprint<L, V> plan)
    {
        var output = plan.AddMap(input.Shape);
        plan.AddStep(() => new DropoutOperation<L, V>(
            plan.TakeStream(), layer.Rate, input, output, plan.Pass, plan.Team, plan.Arena, plan.Capacity, plan.IsTraining));
        return output;
    }

    protected override string Export(Dropout layer, LayerNode node, string input, OnnxExport onnx) => input;
}
