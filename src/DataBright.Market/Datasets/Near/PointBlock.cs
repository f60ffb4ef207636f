namespace DataBright.Market.Datasets.Near;

/// <summary>Some points of one schema, by their features; their shards stay where they are.</summary>
internal sealed class PointBlock(DataSchema schema)
{
    private readonly List<(Shard Shard, int Place)> _points = [];

    public DataSchema Schema => schema;

    public int Count => _points.Count;

    public ReadOnlySpan<byte> this[int index] => _points[index].Shard[_points[index].Place].Features.Span;

    public (Shard Shard, int Place) Origin(int index) => _points[index];

    public void Add(Shard shard, IEnumerable<int> places) => _points.AddRange(places.Select(place => (shard, place)));
}
