namespace DataBright.Market.Datasets;

/// <summary>The digests of all points a dataset holds, to count how many of a proposal are not new.</summary>
public sealed class KnownPoints
{
    private readonly HashSet<Digest> _digests = [];

    public int Count => _digests.Count;

    public void Add(Shard shard) => _digests.UnionWith(shard.Digests);

    /// <summary>The places of a shard at which something stands that neither the dataset nor the shard has before.</summary>
    public IReadOnlyList<int> NewPlaces(Shard candidate)
    {
        var seen = new HashSet<Digest>();
        return [.. Enumerable.Range(0, candidate.Count)
            .Where(place => !_digests.Contains(candidate.Digests[place]) && seen.Add(candidate.Digests[place]))];
    }

    /// <summary>Counts exactly, by digest: a point that is changed in one bit is a new point.</summary>
    public Duplicates Compare(Shard candidate)
    {
        int inDataset = 0, within = 0;
        var seen = new HashSet<Digest>();
        foreach (var digest in candidate.Digests)
        {
            if (_digests.Contains(digest)) inDataset++;
            else if (!seen.Add(digest)) within++;
        }
        return new Duplicates(inDataset, within, candidate.Count);
    }
}

/// <summary>How many points of a shard are not new.</summary>
/// <param name="InDataset">Points that the dataset already has.</param>
/// <param name="WithinShard">Further points that the shard itself has before.</param>
/// <param name="Points">All points of the shard.</param>
public readonly record struct Duplicates(int InDataset, int WithinShard, int Points)
{
    public int Total => InDataset + WithinShard;

    public int New => Points - Total;
}
