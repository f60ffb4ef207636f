using System.Text.Json;
using DataBright.Learning.Arithmetic;
using DataBright.Learning.Engine;

namespace DataBright.Learning.Layers;

/// <summary>GELUs in documents, shapes, the engine and ONNX.</summary>
internal sealed class GeluKind() : LayerKind<Gelu>("gelu")
{
    public override Gelu Read(string name, StrictJson json, LayerKinds kinds) => new(name);

    protected override void Write(Gelu layer, Utf8JsonWriter json, LayerKinds kinds)
    {
    }

    protected override LayerNode Infer(Gelu layer, Flow flow, ShapeInference shapes) => SameShape(layer, flow);

    protected override Map Build<L, V>(Gelu layer, LayerNode node, Map input, Blueprint<L, V> plan)
    {
        var output = plan.AddMap(input.Shape);
        plan.AddStep(() => new ActivationOperation<L, V, GeluActivation<L, V>>(input, output, plan.Team));
        return output;
    }

    protected override string Export(Gelu layer, LayerNode node, string input, OnnxExport onnx)
    {
        var graph = onnx.Graph;
        var erf = graph.Add("Erf", [graph.Add("Mul", [input, graph.Constant(Elementary.RootHalf)])]);
        return graph.Add("Mul", [graph.Add("Mul", [input, graph.Constant(0.5f)]), graph.Add("Add", [erf, graph.Constant(1f)])]);
    }
}
