namespace DataBright.Market.Datasets;

/// <summary>A batch of data points in a fixed order, proposed and accepted as one.</summary>
/// <remarks>
/// The Merkle root binds each point's digest to its place, because the order of the points decides the course of a training run.
/// </remarks>
public sealed class Shard
{
    private readonly ReadOnlyMemory<byte> _features;
    private readonly int[] _labels;
    private readonly Lazy<Digest[]> _digests;
    private readonly Lazy<MerkleTree> _tree;

    /// <param name="schema">What each point looks like.</param>
    /// <param name="features">The features of all points one after the other; not copied.</param>
    /// <param name="labels">One label for each point.</param>
    /// <exception cref="FormatException">There are no points, or one does not fit the schema.</exception>
    public Shard(DataSchema schema, ReadOnlyMemory<byte> features, IReadOnlyList<int> labels)
    {
        if (labels.Count == 0) throw new FormatException("A shard has at least one data point.");
        if (features.Length != (long)labels.Count * schema.FeatureBytes)
            throw new FormatException(
                $"{labels.Count} data points of {schema} have {(long)labels.Count * schema.FeatureBytes} bytes of features; "
                + $"{features.Length} are here.");

        (Schema, _features, _labels) = (schema, features, [.. labels]);
        for (int i = 0; i < Count; i++) _ = this[i];
        _digests = new(() => [.. Points.Select(point => point.Digest)]);
        _tree = new(() => new MerkleTree([.. Digests.Select((digest, i) => MerkleTree.Leaf(i, digest))]));
    }

    public DataSchema Schema { get; }

    public int Count => _labels.Length;

    public ReadOnlyMemory<byte> Features => _features;

    public IReadOnlyList<int> Labels => _labels;

    public DataPoint this[int index] => new(Schema, _features.Slice(index * Schema.FeatureBytes, Schema.FeatureBytes), _labels[index]);

    public IEnumerable<DataPoint> Points => Enumerable.Range(0, Count).Select(i => this[i]);

    /// <summary>The identity of each point, in order.</summary>
    public IReadOnlyList<Digest> Digests => _digests.Value;

    /// <summary>The root that the ledger keeps.</summary>
    public Hash32 Root => _tree.Value.Root;

    /// <summary>Shows that a point is in this shard at its place.</summary>
    public IReadOnlyList<Hash32> ProofOf(int index) => _tree.Value.ProofOf(index);

    /// <summary>Whether a point is in the shard with this root at this place.</summary>
    public static bool Proves(Hash32 root, int index, Digest point, IReadOnlyList<Hash32> proof) =>
        MerkleTree.Verify(root, MerkleTree.Leaf(index, point), proof);

    /// <summary>The points at some places, in the order named.</summary>
    public Shard Select(IReadOnlyList<int> indices)
    {
        var features = new byte[indices.Count * Schema.FeatureBytes];
        for (int i = 0; i < indices.Count; i++)
            this[indices[i]].Features.CopyTo(features.AsMemory(i * Schema.FeatureBytes));
        return new Shard(Schema, features, [.. indices.Select(i => _labels[i])]);
    }
}
