using DataBright.Market.Datasets.Near;

namespace DataBright.Market.Datasets;

/// <summary>
/// The points of a dataset, to count how many of a proposal are nearly the same as one of them: a picture shifted by a pixel, made
/// brighter or saved again, a row with noise on it, a text with a word changed. The label does not matter: a copy under
/// another label is a copy.
/// </summary>
/// <remarks>What is counted depends on which points there are and not on their order.</remarks>
public sealed class NearPoints(DataSchema schema)
{
    /// <summary>Pairs that a report shows.</summary>
    public const int MaxPairs = 24;

    private readonly List<Shard> _shards = [];

    /// <exception cref="ArgumentException">The points look otherwise.</exception>
    public void Add(Shard shard)
    {
        Require(shard);
        _shards.Add(shard);
    }

    /// <summary>Compares what is new in a shard, exactly counted, with what the dataset has and with itself.</summary>
    /// <param name="candidate">The shard.</param>
    /// <param name="places">The points to look at, ascending; <see cref="KnownPoints.NewPlaces"/> tells which are no exact copies.</param>
    /// <param name="stop">Cancels.</param>
    /// <exception cref="ArgumentException">The points look otherwise.</exception>
    public NearDuplicates Compare(Shard candidate, IReadOnlyList<int> places, CancellationToken stop)
    {
        Require(candidate);
        var points = new PointBlock(schema);
        foreach (var shard in _shards) points.Add(shard, Enumerable.Range(0, shard.Count));
        int split = points.Count;
        points.Add(candidate, places);
        if (places.Count == 0) return new NearDuplicates(0, 0, [], []);

        var likeness = Measure(points, split);
        var inDataset = new (int Known, double Alike)?[places.Count];
        likeness.SearchAcross(split, (known, asked, alike) => inDataset[asked - split] = (known, alike), stop);

        var families = new Families(places.Count);
        var pairs = new List<NearPair>();
        for (int i = 0; i < inDataset.Length; i++)
            if (inDataset[i] is var (known, alike)) pairs.Add(Pair(points, split + i, known, alike));
        int within = 0;
        // Points that are near to the dataset are counted there; points of one family need not be compared again.
        likeness.SearchWithin(split, (earlier, later) => inDataset[earlier - split] is null && inDataset[later - split] is null
            && !families.AreOne(earlier - split, later - split), (earlier, later, alike) =>
        {
            families.Join(earlier - split, later - split);
            if (within++ < MaxPairs) pairs.Add(Pair(points, later, earlier, alike));
        }, stop);
        var left = Enumerable.Range(0, places.Count).Where(place => inDataset[place] is not null || !families.IsFirst(place))
            .Select(place => places[place]);
        return new NearDuplicates(inDataset.Count(one => one is not null), within,
            [.. pairs.OrderByDescending(pair => pair.Alike).ThenBy(pair => pair.Point).Take(MaxPairs)], [.. left]);
    }

    /// <summary>The judge of pairs, for tests that look at every pair.</summary>
    internal static ILikeness Measure(PointBlock points, int split)
    {
        // What the dataset looks like decides, and not what a stranger brings; an empty one has only that.
        int measure = split > 0 ? split : points.Count;
        if (PictureForm.Of(points.Schema) is { } picture) return new PictureLikeness(picture, points);
        return TextLikeness.Fits(points, measure) ? new TextLikeness(points) : new RowLikeness(points, measure, split);
    }

    private static NearPair Pair(PointBlock points, int point, int other, double alike)
    {
        var (shard, place) = points.Origin(other);
        return new NearPair(points.Origin(point).Place, shard, place, alike);
    }

    private void Require(Shard shard)
    {
        if (!shard.Schema.Equals(schema)) throw new ArgumentException($"These points are {shard.Schema}, not {schema}.", nameof(shard));
    }

    /// <summary>Points that hang together through near pairs (union–find; B. Galler and M. Fischer, 1964).</summary>
    private sealed class Families(int count)
    {
        private readonly int[] _parents = [.. Enumerable.Range(0, count)];

        public bool AreOne(int left, int right) => Root(left) == Root(right);

        /// <summary>Whether no earlier point is of the same family.</summary>
        public bool IsFirst(int point) => Root(point) == point;

        public void Join(int left, int right)
        {
            var (first, second) = (Root(left), Root(right));
            _parents[Math.Max(first, second)] = Math.Min(first, second);
        }

        private int Root(int point)
        {
            while (_parents[point] != point) point = _parents[point] = _parents[_parents[point]];
            return point;
        }
    }
}

/// <summary>Points of a shard that are nearly, but not exactly, the same as others.</summary>
/// <param name="InDataset">Points that are near to one of the dataset's.</param>
/// <param name="WithinShard">How many more of the other points there are than families of near ones.</param>
/// <param name="Pairs">Some of them side by side, the most alike first.</param>
/// <param name="Places">Where they are in the shard, ascending; of a family that is nowhere else, the first point is none of them.</param>
public sealed record NearDuplicates(int InDataset, int WithinShard, IReadOnlyList<NearPair> Pairs, IReadOnlyList<int> Places)
{
    public int Total => InDataset + WithinShard;
}

/// <summary>A point and the one it is nearly the same as.</summary>
/// <param name="Point">Its place in the shard that was asked about.</param>
/// <param name="Shard">The shard of the other: one of the dataset's, or the same.</param>
/// <param name="Other">The other's place there.</param>
/// <param name="Alike">How alike they are, from 0 to 1.</param>
public sealed record NearPair(int Point, Shard Shard, int Other, double Alike);
