using DataBright.Learning.Checkpoints;

namespace DataBright.Learning.Layers;

/// <summary>A model on its way into an ONNX graph: the kinds of the layers add their nodes, first layer to last.</summary>
internal sealed class OnnxExport(Checkpoint checkpoint)
{
    private static readonly long[] PlacesLast = [0, 2, 1];

    public OnnxGraph Graph { get; } = new();

    /// <summary>True when the present value is examples × features, false when it is examples × channels × rows × columns.</summary>
    public bool IsFlat { get; set; }

    /// <summary>Adds some layers after each other and returns the name of what the last one makes.</summary>
    public string Walk(IReadOnlyList<LayerNode> nodes, string x)
    {
        foreach (var node in nodes) x = node.Kind.Export(node, x, this);
        return x;
    }

    /// <summary>The names of a layer's tensors, which become part of the graph.</summary>
    public string[] Tensors(LayerNode node) => [.. node.Parameters.Select(shape => Graph.Tensor(checkpoint.Find(shape.Name)!))];

    /// <summary>The present value as examples × features.</summary>
    public string Flat(string x)
    {
        if (IsFlat) return x;
        IsFlat = true;
        return Graph.Add("Flatten", [x], ("axis", 1L));
    }

    /// <summary>Examples × length × channels to examples × channels × 1 × length.</summary>
    public string ToMap(string rows) => Graph.Add("Unsqueeze", [Graph.Add("Transpose", [rows], ("perm", PlacesLast)), Graph.Constant(2L)]);

    /// <summary>Examples × channels × 1 × length to examples × length × channels.</summary>
    public string ToRows(string map) => Graph.Add("Transpose", [Graph.Add("Squeeze", [map, Graph.Constant(2L)])], ("perm", PlacesLast));
}
