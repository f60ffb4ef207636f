using System.Text.Json;
using DataBright.Learning.Engine;

namespace DataBright.Learning.Layers;

/// <summary>Rectifiers in documents, shapes, the engine and ONNX.</summary>
internal sealed class ReluKind() : LayerKind<Relu>("relu")
{
    public override Relu Read(string name, StrictJson json, LayerKinds kinds) => new(name);

    protected override void Write(Relu layer, Utf8JsonWriter json, LayerKinds kinds)
    {
    }

    protected override LayerNode Infer(Relu layer, Flow flow, ShapeInference shapes) => SameShape(layer, flow);

    protected override Map Build<L, V>(Relu layer, LayerNode node, Map input, Blueprint<L, V> plan)
    {
        // Whoever makes the values rectifies them on the way. Another branch reads those of a fork and must not see it.
        var output = input.IsFork ? plan.AddCopy(input) : input;
        output.Rectified = true;
        return output;
    }

    protected override string Export(Relu layer, LayerNode node, string input, OnnxExport onnx) => onnx.Graph.Add("Relu", [input]);
}
