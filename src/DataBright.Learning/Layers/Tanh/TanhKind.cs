using System.Text.Json;
using DataBright.Learning.Engine;

namespace DataBright.Learning.Layers;

/// <summary>Hyperbolic tangents in documents, shapes, the engine and ONNX.</summary>
internal sealed class TanhKind() : LayerKind<Tanh>("tanh")
{
    public override Tanh Read(string name, StrictJson json, LayerKinds kinds) => new(name);

    protected override void Write(Tanh layer, Utf8JsonWriter json, LayerKinds kinds)
    {
    }

    protected override LayerNode Infer(Tanh layer, Flow flow, ShapeInference shapes) => SameShape(layer, flow);

    protected override Map Build<L, V>(Tanh layer, LayerNode node, Map input, Blueprint<L, V> plan)
    {
        var output = plan.AddMap(input.Shape);
        plan.AddStep(() => new ActivationOperation<L, V, TanhActivation<L, V>>(input, output, plan.Team));
        return output;
    }

    protected override string Export(Tanh layer, LayerNode node, string input, OnnxExport onnx) => onnx.Graph.Add("Tanh", [input]);
}
