using System.Text.Json;
using DataBright.Learning.Engine;

namespace DataBright.Learning.Layers;

/// <summary>
/// Residual layers in documents, shapes, the engine and ONNX: what is in them is made by the kinds of the layers in them.
/// </summary>
internal sealed class ResidualKind() : LayerKind<Residual>("residual", "body", "shortcut")
{
    public override Residual Read(string name, StrictJson json, LayerKinds kinds) =>
        new(name, kinds.Read(json, "body"), json.Has("shortcut") ? kinds.Read(json, "shortcut") : []);

    protected override void Write(Residual layer, Utf8JsonWriter json, LayerKinds kinds)
    {
        kinds.Write(json, "body", layer.Body);
        if (layer.Shortcut.Count > 0) kinds.Write(json, "shortcut", layer.Shortcut);
    }

    protected override LayerNode Infer(Residual layer, Flow flow, ShapeInference shapes)
    {
        if (layer.Body.Count == 0) throw shapes.Malformed(layer, "the body must have a layer");
        if (flow.Order != flow.Shape)
            throw shapes.Malformed(layer, $"it cannot follow layer '{flow.FlattenedBy}' directly; put a dense layer between them");
        var (body, bodyEnd) = shapes.Walk(layer.Body, flow);
        var (shortcut, shortcutEnd) = shapes.Walk(layer.Shortcut, flow);
        if (bodyEnd.Shape != shortcutEnd.Shape)
            throw shapes.Malformed(layer, $"its body makes {bodyEnd.Shape} and its shortcut {shortcutEnd.Shape}; a sum needs equal shapes");
        if (bodyEnd.Order != bodyEnd.Shape || shortcutEnd.Order != shortcutEnd.Shape)
            throw shapes.Malformed(layer, "a flatten layer in it must be followed by a dense layer in it");
        return NewShape(layer, flow, bodyEnd.Shape) with
        {
            Body = body,
            Shortcut = shortcut,
            Operations = body.Sum(node => node.Operations) + shortcut.Sum(node => node.Operations) + bodyEnd.Shape.Size,
        };
    }

    protected override Map Build<L, V>(Residual layer, LayerNode node, Map input, Blueprint<L, V> plan)
    {
        Map body = plan.AddFork(input), shortcut = plan.AddFork(input);
        plan.AddStep(() => new ForkOperation<L, V>(input, body, shortcut, plan.Team));
        var bodyEnd = plan.Walk(node.Body, body);
        var shortcutEnd = plan.Walk(node.Shortcut, shortcut);
        var output = plan.AddMap(node.Output);
        plan.AddStep(() => new JoinOperation<L, V>(bodyEnd, shortcutEnd, output, plan.Team));
        return output;
    }

    protected override string Export(Residual layer, LayerNode node, string input, OnnxExport onnx)
    {
        var wasFlat = onnx.IsFlat;
        var body = onnx.Walk(node.Body, input);
        var bodyIsFlat = onnx.IsFlat;
        onnx.IsFlat = wasFlat;
        var shortcut = onnx.Walk(node.Shortcut, input);
        // A map of one position and a flat row are the same values: the sum is flat when one of them is.
        if (bodyIsFlat && !onnx.IsFlat) shortcut = onnx.Flat(shortcut);
        if (!bodyIsFlat && onnx.IsFlat) body = onnx.Graph.Add("Flatten", [body], ("axis", 1L));
        return onnx.Graph.Add("Add", [body, shortcut]);
    }
}
