using System.Text.Json;
using DataBright.Learning.Engine;
using DataBright.Learning.Shapes;

namespace DataBright.Learning.Layers;

/// <summary>Flatten layers in documents, shapes, the engine and ONNX.</summary>
internal sealed class FlattenKind() : LayerKind<Flatten>("flatten")
{
    public override Flatten Read(string name, StrictJson json, LayerKinds kinds) => new(name);

    protected override void Write(Flatten layer, Utf8JsonWriter json, LayerKinds kinds)
    {
    }

    protected override LayerNode Infer(Flatten layer, Flow flow, ShapeInference shapes) =>
        Flat(layer, flow, new ExampleShape(flow.Shape.Size, 1, 1), flow.Order);

    protected override Map Build<L, V>(Flatten layer, LayerNode node, Map input, Blueprint<L, V> plan)
    {
        // Values without a border are one row already; the layer that reads them knows their order.
        return input.IsDense ? input : plan.AddCopy(input);
    }

    protected override string Export(Flatten layer, LayerNode node, string input, OnnxExport onnx) => onnx.Flat(input);
}
