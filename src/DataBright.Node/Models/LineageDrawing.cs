namespace DataBright.Node.Models;

/// <summary>Collects a lineage: everything once, however many ways lead to it.</summary>
internal sealed class LineageDrawing
{
    private readonly List<LineageNode> _nodes = [];
    private readonly Dictionary<(LineageKind, ulong), int> _places = [];
    private readonly List<LineageEdge> _edges = [];

    public int Count => _nodes.Count;

    public bool Has(LineageKind kind, ulong id) => _places.ContainsKey((kind, id));

    /// <summary>The place of something, which stays as it was drawn first.</summary>
    public int Add(LineageKind kind, ulong id, string label, string? note)
    {
        if (_places.TryGetValue((kind, id), out int place)) return place;
        _nodes.Add(new LineageNode(kind, id, label, note));
        return _places[(kind, id)] = _nodes.Count - 1;
    }

    public void Join(int from, int to)
    {
        var edge = new LineageEdge(from, to);
        if (!_edges.Contains(edge)) _edges.Add(edge);
    }

    public Lineage Drawn(bool complete) => new(_nodes, _edges, complete);
}
