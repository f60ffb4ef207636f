using System.Text.Json;
using DataBright.Learning.Engine;
using DataBright.Learning.Networks;
using DataBright.Learning.Shapes;

namespace DataBright.Learning.Layers;

/// <summary>Embeddings in documents, shapes, the engine and ONNX.</summary>
internal sealed class EmbeddingKind() : LayerKind<Embedding>("embedding", "vocabulary", "size")
{
    public override Embedding Read(string name, StrictJson json, LayerKinds kinds) =>
        new(name, json.Integer("vocabulary"), json.Integer("size"));

    protected override void Write(Embedding layer, Utf8JsonWriter json, LayerKinds kinds)
    {
        json.WriteNumber("vocabulary", layer.Vocabulary);
        json.WriteNumber("size", layer.Size);
    }

    protected override LayerNode Infer(Embedding layer, Flow flow, ShapeInference shapes)
    {
        var length = flow.Shape.Width;
        if (!shapes.IsFirst) throw shapes.Malformed(layer, "an embedding must be the first layer");
        if (flow.Shape is not { Channels: 1, Height: 1 })
            throw shapes.Malformed(layer, $"an embedding takes tokens as 1×1×length, not {flow.Shape}");
        if (layer.Vocabulary is < 2 or > 1 << 24)
            throw shapes.Malformed(layer, $"the vocabulary must be 2 to {1 << 24} tokens, not {layer.Vocabulary}");
        if (layer.Size is < 1 or > 65536) throw shapes.Malformed(layer, $"the size must be 1 to 65536, not {layer.Size}");
        if ((long)(layer.Vocabulary + length) * layer.Size > Architecture.MaxParameters) throw shapes.TooMany(layer);
        return NewShape(layer, flow, new ExampleShape(layer.Size, 1, length)) with
        {
            Parameters =
            [
                new($"{layer.Name}.weight", [layer.Vocabulary, layer.Size], layer.Size),
                new($"{layer.Name}.place", [length, layer.Size], layer.Size),
            ],
        };
    }

    protected override Map Build<L, V>(Embedding layer, LayerNode node, Map input, Blueprint<L, V> plan)
    {
        var output = plan.AddMap(node.Output);
        plan.AddStep(() => new EmbeddingOperation<L, V>(layer, input, output, plan.TakeVectors(node.Parameters, null), plan.Team));
        return output;
    }

    protected override string Export(Embedding layer, LayerNode node, string input, OnnxExport onnx)
    {
        var (graph, tensors) = (onnx.Graph, onnx.Tensors(node));
        var tokens = graph.Add("Squeeze", [graph.Add("Cast", [input], ("to", 7L)), graph.Constant(1, 2)]);
        return onnx.ToMap(graph.Add("Add", [graph.Add("Gather", [tensors[0], tokens]), tensors[1]]));
    }
}
