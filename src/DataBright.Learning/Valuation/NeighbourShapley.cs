using DataBright.Learning.Arithmetic;
using DataBright.Learning.Engine;
using DataBright.Learning.Examples;

namespace DataBright.Learning.Valuation;

/// <summary>
/// The exact Shapley value of every training point for a classifier by nearest neighbours, in n·log n for each validation point
/// (R. Jia et al., "Efficient Task-Specific Data Valuation for Nearest Neighbor Algorithms", VLDB 2019, theorem 1). The utility of a set of
/// points for one validation point is the share of its K nearest points in the set that have the right label, missing neighbours counting
/// as wrong; with the points ordered from the nearest (1) to the farthest (n),
/// <code>s(n) = [label is right] · min(K, n) / (K·n),   s(i) = s(i+1) + ([i is right] − [i+1 is right]) / K · min(K, i) / i.</code>
/// A point's value is the mean over the validation points; all values add up to the utility of the whole set. No model is trained.
/// <para>
/// Squared distances are |x|² − 2·⟨x, v⟩ in binary32, by the engine's product; equal distances stand in the order of the points. Neither
/// the vector width nor the number of threads changes a bit.
/// </para>
/// </summary>
public static class NeighbourShapley
{
    /// <summary>The method's name in results.</summary>
    public const string Method = "knn-shapley/1";

    /// <summary>Validation points whose distances are made together.</summary>
    private const int Block = 128;

    /// <summary>Values every training point by the validation points.</summary>
    /// <param name="training">The points; their features may be pixels or what a model makes of them.</param>
    /// <param name="validation">Points of the same shape whose labels are trusted.</param>
    /// <param name="neighbours">K, at least 1.</param>
    /// <param name="threads">Threads to work with.</param>
    /// <param name="stop">Cancels between blocks of validation points.</param>
    /// <exception cref="ArgumentException">Shapes differ, a set is empty, a feature is not finite, or features are so large that distances
    /// are beyond binary32.</exception>
    public static PointValues Value(ExampleSet training, ExampleSet validation, int neighbours = 5, int threads = 1,
        CancellationToken stop = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(neighbours, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        if (training.Shape != validation.Shape)
            throw new ArgumentException(
                $"Validation points of shape {validation.Shape} have no distance to points of shape {training.Shape}.", nameof(validation));
        if (training.Count == 0 || validation.Count == 0) throw new ArgumentException("There are no points.");
        training.RequireFinite();
        validation.RequireFinite();

        using var team = new Team(threads);
        using var product = new MatrixProduct(threads);
        var ranking = new Neighbourhoods(training, validation, neighbours, team);
        for (var first = 0; first < validation.Count; first += Block)
        {
            stop.ThrowIfCancellationRequested();
            ranking.Add(product, first, Math.Min(Block, validation.Count - first));
        }

        var facts = new Dictionary<string, string>
        {
            ["examples"] = training.Hash().ToString(),
            ["validation"] = validation.Hash().ToString(),
            ["neighbours"] = neighbours.ToString(),
        };
        return new PointValues(Method, facts, ranking.Means());
    }

    /// <summary>
    /// Sums over validation points, always in their order: points of a group are ranked side by side, then added one after the other.
    /// </summary>
    private sealed class Neighbourhoods
    {
        private const int Range = 4096;
        private readonly ExampleSet _training;
        private readonly ExampleSet _validation;
        private readonly int _neighbours;
        private readonly Team _team;
        private readonly float[] _norms;
        private readonly float[] _products;
        private readonly DistanceOrder[] _orders;
        private readonly float[][] _distances;
        private readonly double[][] _values;
        private readonly double[] _sums;
        private int _first;
        private int _start;
        private int _columns;
        private volatile bool _isBeyond;

        public Neighbourhoods(ExampleSet training, ExampleSet validation, int neighbours, Team team)
        {
            (_training, _validation, _neighbours, _team) = (training, validation, neighbours, team);
            var count = training.Count;
            _norms = new float[count];
            _products = new float[(long)count * Math.Min(Block, validation.Count)];
            _orders = [.. Enumerable.Range(0, 2 * team.Size).Select(_ => new DistanceOrder(count))];
            _distances = [.. _orders.Select(_ => new float[count])];
            _values = [.. _orders.Select(_ => new double[count])];
            _sums = new double[count];
            team.Run(Ranges, FindNorms);
        }

        private int Ranges => (_norms.Length + Range - 1) / Range;

        public void Add(MatrixProduct product, int first, int count)
        {
            (_first, _columns) = (first, count);
            var features = _validation.Features.Span.Slice(first * _validation.Shape.Size, count * _validation.Shape.Size);
            product.Multiply(_training.Features.Span, features, _products.AsSpan(0, _norms.Length * count), _norms.Length, count,
                _training.Shape.Size, transposedB: true);
            for (_start = 0; _start < count; _start += _orders.Length)
            {
                _team.Run(Math.Min(_orders.Length, count - _start), Rank);
                _team.Run(Ranges, Sum);
            }
        }

        /// <exception cref="ArgumentException">A distance was beyond binary32.</exception>
        public double[] Means() => _isBeyond
            ? throw new ArgumentException(
                "Distances between these points are beyond binary32; scale the features down, to 0 … 1 for example.")
            : Array.ConvertAll(_sums, sum => sum / _validation.Count);

        private void FindNorms(int range)
        {
            for (var i = range * Range; i < Math.Min(_norms.Length, (range + 1) * Range); i++)
            {
                var norm = 0f;
                foreach (var x in _training[i]) norm = Ieee.FusedMultiplyAdd(x, x, norm);
                _norms[i] = norm;
            }
        }

        private void Rank(int place)
        {
            var (distances, order, values) = (_distances[place], _orders[place], _values[place]);
            var labels = _training.Labels.Span;
            for (var i = 0; i < distances.Length; i++)
                distances[i] = Ieee.FusedMultiplyAdd(-2f, _products[(long)i * _columns + _start + place], _norms[i]);
            if (distances.AsSpan().ContainsAnyExceptInRange(float.MinValue, float.MaxValue)) _isBeyond = true;
            order.Sort(distances);

            var (label, n, k) = (_validation.Labels.Span[_first + _start + place], distances.Length, _neighbours);
            var next = labels[order[n - 1]] == label ? 1 : 0;
            var value = next * Math.Min(k, n) / ((double)k * n);
            values[order[n - 1]] = value;
            for (var i = n - 1; i >= 1; i--)
            {
                var point = order[i - 1];
                var right = labels[point] == label ? 1 : 0;
                if (right != next) value += (right - next) * (double)Math.Min(k, i) / ((double)k * i);
                next = right;
                values[point] = value;
            }
        }

        private void Sum(int range)
        {
            for (var place = 0; place < Math.Min(_orders.Length, _columns - _start); place++)
            {
                var values = _values[place];
                for (var i = range * Range; i < Math.Min(_sums.Length, (range + 1) * Range); i++) _sums[i] += values[i];
            }
        }
    }
}
